import { expect, test } from "vitest";
import { checkSettings, checkTotal } from "./variable-rules.ts";

const keys = (...names: string[]) => names.map((key) => ({ key, value: "v" }));

test.each(["PORT", "SKYPANEL_", "SKYPANEL_APP", "KUBERNETES_SERVICE_HOST"])("reserves %s", (key) => {
  expect(() => checkSettings(keys("A", key), "/set")).toThrow(expect.objectContaining({ reason: "ReservedKey" }));
});

test.each(["PORTS", "MY_PORT", "port", "SKYPANEL", "kubernetes_x", "_"])("leaves %s to the customer", (key) => {
  expect(() => checkSettings(keys(key), "/set")).not.toThrow();
});

test.each([[keys("1A")], [keys("A-B")], [keys("")], [keys("A", "A")], [[{ key: "A", value: "a\0b" }]]])(
  "refuses %j and points at it",
  (settings) => {
    const index = settings.length - 1;
    const errors = [expect.objectContaining({ pointer: `/set/${index}` })];
    expect(() => checkSettings(settings, "/set")).toThrow(expect.objectContaining({ reason: "Invalid", errors }));
  },
);

test("never repeats a value in its refusal", () => {
  const refusal = () => checkSettings([{ key: "A", value: `sekret${"x".repeat(32_768)}` }], "/set");
  expect(refusal).toThrow(
    expect.objectContaining({ errors: [{ pointer: "/set/0", reason: "too_big", message: "at most 32 KiB" }] }),
  );
});

test("counts the bytes of all values together", () => {
  const limit = 96 * 1024;
  expect(() => checkTotal(["x".repeat(limit)])).not.toThrow();
  expect(() => checkTotal(["x".repeat(limit), "y"])).toThrow("TooLarge");
  expect(() => checkTotal(["ü".repeat(limit / 2), "y"])).toThrow("TooLarge");
  expect(() => checkTotal(Array.from({ length: 301 }, () => ""))).toThrow("TooLarge");
});
