import { expect, test } from "vitest";
import { quantile, spread, times } from "./measure.ts";

test("a quantile is the sample at its nearest rank", () => {
  const samples = [5, 1, 4, 2, 3];
  expect([quantile(samples, 0), quantile(samples, 0.5), quantile(samples, 0.99)]).toEqual([1, 3, 5]);
  expect(spread([7])).toEqual({ p50: 7, p99: 7 });
});

test("work is timed once per run, in order", async () => {
  const seen: number[] = [];
  expect(await times(3, async (index) => seen.push(index))).toHaveLength(3);
  expect(seen).toEqual([0, 1, 2]);
});
