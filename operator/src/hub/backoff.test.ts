import { expect, it } from "vitest";
import { seeded, seedsOf } from "../../../e2e/harness/seeds.ts";
import { backoff } from "./backoff.ts";

it.each(seedsOf("backoff", 20))("waits between one second and thirty, ever longer (seed %i)", (seed) => {
  const { next } = seeded(seed);
  const { failed, succeeded } = backoff(next);
  const waits = Array.from({ length: 100 }, () => failed());
  expect(waits.every((ms) => ms >= 1_000 && ms <= 30_000)).toBe(true);
  expect(waits.slice(0, 5)).toEqual(waits.slice(0, 5).toSorted((a, b) => a - b));
  expect(new Set(waits).size).toBeGreaterThan(90); // no two clusters in step, at the longest wait either
  succeeded();
  expect(failed()).toBeLessThan(1_500);
});

it("heeds the server's wish, up to thirty seconds", () => {
  const { failed } = backoff(() => 0);
  expect(failed(7_000)).toBe(7_000);
  expect(failed(3_600_000)).toBe(30_000);
  expect(failed(1)).toBe(4_000);
});
