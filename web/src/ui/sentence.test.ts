import { expect, it } from "vitest";
import { sentence, spaced, withLocalTimes } from "./sentence.ts";

it("makes a sentence of a rule, once", () => {
  expect(["must begin with /", "Fill this in."].map(sentence)).toEqual(["Must begin with /.", "Fill this in."]);
});

it("writes names of the API in words", () => {
  expect(["CrashLoop", "NotReady", "Failed"].map(spaced)).toEqual(["Crash loop", "Not ready", "Failed"]);
});

it("leaves no raw instant in a text", () => {
  expect(withLocalTimes("Queued since 2026-01-02T03:04:05Z.")).not.toMatch(/T03/);
  expect(withLocalTimes("Queued since noon.")).toBe("Queued since noon.");
});
