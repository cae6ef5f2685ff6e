import { expect, it } from "vitest";
import { rowOf } from "./log-rows.ts";

it("shows lines that were dropped as a row of their own", () => {
  expect(rowOf({ k: "dropped", instance: "web-1", lines: 1_240 })).toMatchObject({
    kind: "dropped",
    text: "1240 lines dropped: more than 500 in a second",
  });
});

it("says why an instance's log cannot be read", () => {
  expect(rowOf({ k: "source", instance: "web-1", state: "failed", reason: "gone" })?.text).toBe(
    "log cannot be read: gone",
  );
});

it("shows no row for the end of the stream", () => {
  expect(rowOf({ k: "end", reason: "Offline" })).toBeUndefined();
});
