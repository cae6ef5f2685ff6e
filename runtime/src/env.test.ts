import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ConfigInvalid, readEnv } from "./env.ts";

const schema = z.object({
  PORT: z.coerce.number().int().min(1).max(65_535).default(8080),
  KEY: z.string().min(8),
});

const messageOf = (source: Record<string, string>) => {
  try {
    return JSON.stringify(readEnv(schema, source));
  } catch (error) {
    return error instanceof ConfigInvalid ? error.message : "another error";
  }
};

describe("readEnv", () => {
  it("gives typed values and defaults, and nothing it was not asked for", () => {
    expect(readEnv(schema, { KEY: "long enough", HOME: "/home" })).toEqual({ PORT: 8080, KEY: "long enough" });
  });

  it("takes an empty variable for one that is not set", () => {
    expect(readEnv(schema, { KEY: "long enough", PORT: "" }).PORT).toBe(8080);
  });

  it("names every wrong variable, in one line", () => {
    expect(messageOf({ PORT: "x" })).toMatch(/^configuration is invalid: PORT: .*; KEY: .*$/);
  });

  it("never shows a value", () => {
    expect(messageOf({ KEY: "hunter2", PORT: "swordfish" })).not.toMatch(/hunter2|swordfish/);
  });

  it("asks to be ended with EX_CONFIG", () => {
    expect(new ConfigInvalid("x").exitCode).toBe(78);
  });
});
