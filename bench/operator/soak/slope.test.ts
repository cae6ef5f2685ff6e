import { expect, test } from "vitest";
import { seeded } from "../../../e2e/harness/seeds.ts";
import { slopePerHour } from "./slope.ts";

const minuteMs = 60_000;
const points = (value: (minute: number) => number) =>
  Array.from({ length: 21 }, (_, minute) => ({ atMs: minute * minuteMs, value: value(minute) }));

test("what rises by one a minute rises by sixty an hour, wherever it began", () => {
  expect(slopePerHour(points((minute) => 200 + minute))).toBeCloseTo(60, 9);
});

test("what only swings has no slope to speak of", () => {
  const random = seeded(11);
  expect(Math.abs(slopePerHour(points(() => 200 + random.next() - 0.5)))).toBeLessThan(3);
});

test("one instant has no slope", () => {
  expect(slopePerHour([{ atMs: 5, value: 3 }])).toBeNaN();
});
