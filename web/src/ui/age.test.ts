import { expect, it } from "vitest";
import { ageMillis, ago, countdown, duration } from "./age.ts";

it.each([
  [-5_000, "0 s"],
  [42_900, "42 s"],
  [60_000, "1 min"],
  [3 * 3_600_000, "3 h"],
  [47 * 3_600_000, "47 h"],
  [49 * 3_600_000, "2 d"],
])("%d ms last %s", (millis, words) => {
  expect(duration(millis)).toBe(words);
});

it("calls a few seconds just now", () => {
  expect([ago(-3_000), ago(4_999), ago(5_000)]).toEqual(["just now", "just now", "5 s ago"]);
});

it("counts down to nothing", () => {
  expect([countdown(900_000), countdown(61_001), countdown(1), countdown(-1)]).toEqual([
    "15:00",
    "1:02",
    "0:01",
    "0:00",
  ]);
});

it("counts an age from when it was read, or seen again since", () => {
  expect(ageMillis(100_000, 8, 90_000, 0)).toBe(18_000);
  expect(ageMillis(100_000, 8, 90_000, 97_000)).toBe(3_000);
  expect(ageMillis(100_000, 8, 90_000, 60_000)).toBe(18_000);
});
