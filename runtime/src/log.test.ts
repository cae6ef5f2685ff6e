import { describe, expect, it } from "vitest";
import { createLog } from "./log.ts";

function capture(level: "info" | "debug" = "info") {
  const lines: string[] = [];
  const log = createLog({ name: "test", level, destination: { write: (line) => void lines.push(line) } });
  return { log, lines };
}

describe("createLog", () => {
  it("writes one JSON object a line, with name, level and time in words", () => {
    const { log, lines } = capture();
    log.info({ key: "sp-acme/hello" }, "reconciled");
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      name: "test",
      level: "info",
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      key: "sp-acme/hello",
      msg: "reconciled",
    });
  });

  it("is silent below its level", () => {
    const { log, lines } = capture();
    log.debug("x");
    expect(lines).toEqual([]);
  });

  it.each(["password", "token", "secret", "authorization", "cookie", "privateKey", "apiKey"])(
    "writes no %s, wherever it stands",
    (name) => {
      const { log, lines } = capture();
      log.info({ [name]: "hunter2", request: { [name]: "hunter2", headers: { [name]: "hunter2" } } }, "x");
      expect(lines.join("")).not.toContain("hunter2");
    },
  );

  it.each([
    ["a registration token", "sp_reg_0123456789abcdefghijkl"],
    ["a JSON web token", "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ3MSJ9.c2lnbmF0dXJl"],
    ["an age key", "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQ"],
  ])("recognises %s in a message and in an error", (_, secret) => {
    const { log, lines } = capture();
    log.error({ err: new Error(`refused ${secret}`) }, `got ${secret}`);
    expect(lines.join("")).not.toContain(secret);
  });

  it("keeps the host of an address and drops its password", () => {
    const { log, lines } = capture();
    log.info("connecting to postgres://app:hunter2@db.example/panel");
    expect(lines.join("")).toContain("postgres://app:[redacted]@db.example/panel");
  });
});
