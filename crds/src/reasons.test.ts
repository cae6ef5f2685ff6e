import { describe, expect, it } from "vitest";
import { reason, reasonNames, reasons } from "./reasons.ts";

const entries = reasonNames.map((name) => ({ name, ...reasons[name] }));

describe("reasons", () => {
  it.each(entries)("$name says its cause in one sentence", ({ cause }) => {
    expect(cause).toMatch(/^([A-Z{]|kubectl).*\.$/);
  });

  it.each(entries.filter((entry) => entry.class === "f" || entry.class === "s"))("$name has a remedy", ({ remedy }) => {
    expect(remedy).toMatch(/^[A-Z].*\.$/);
  });
});

describe("reason", () => {
  it("fills in its sentences", () => {
    expect(reason("ImagePullFailed", { image: "shop:1", why: "not found" })).toEqual({
      name: "ImagePullFailed",
      class: "f",
      cause: "shop:1 cannot be pulled: not found.",
      remedy: "Check name and access.",
      message: "shop:1 cannot be pulled: not found. Check name and access.",
    });
  });

  it("has no remedy where none is needed", () => {
    expect(reason("Running", {}).message).toBe("It is as asked.");
  });

  it("does not end a sentence twice", () => {
    expect(reason("SpecInvalid", { field: "spec.port", problem: "is missing." }).cause).toBe("spec.port: is missing.");
  });

  it("makes control and direction characters of strangers harmless", () => {
    const why = "no\n\u001b[31msuch\u202eimage\u2028\u0000";
    expect(reason("ImagePullFailed", { image: "a", why }).cause).toBe("a cannot be pulled: no [31msuch image.");
  });

  it("cuts what a stranger makes too long", () => {
    const { message } = reason("ImagePullFailed", { image: "x".repeat(5_000), why: "y".repeat(5_000) });
    expect(message.length).toBeLessThan(1_024);
  });

  it("does not take braces of a stranger for a placeholder", () => {
    expect(reason("NameTaken", { kind: "{name}", name: "web" }).cause).toBe("{name} web is not ours.");
  });
});
