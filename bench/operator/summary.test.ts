import { expect, test } from "vitest";
import type { Sample } from "./one-run.ts";
import { rowOf } from "./summary.ts";

const sample = (change: Partial<Sample>): Sample => ({
  readyS: 10,
  cpuMs: 2,
  apiCpuMs: 30,
  emptyMiB: 90,
  idleMiB: 100,
  idleCores: 0.1,
  peakMiB: 200,
  changeMs: [20],
  healMs: [50],
  backlogMs: [90],
  noisyMs: [70],
  restartS: 2,
  loopP99Ms: 8,
  ...change,
});
const calls = { create: 5, change: 2, steady: 0 };

test("a row tells each repeat's time, and the middle of what repeats differ in", () => {
  const row = rowOf("skypanel", 1_000, calls, [
    sample({ cpuMs: 9 }),
    sample({ readyS: 8.004 }),
    sample({ readyS: 20 }),
  ]);
  expect(row).toMatchObject({ readyS: [10, 8, 20], perS: 100, cpuMs: 2, rssMiB: [100, 200], calls });
});

test("latencies are of the samples of all repeats", () => {
  const row = rowOf("skypanel", 100, calls, [sample({ changeMs: [1, 2, 3] }), sample({ changeMs: [40] })]);
  expect(row.changeMs).toEqual([2, 40]);
});

test("what was not measured is left out", () => {
  const { apiCpuMs: _, loopP99Ms: __, ...less } = sample({});
  const row = rowOf("controller-runtime", 100, calls, [less]);
  expect(Object.keys(row)).not.toContain("apiCpuMs");
  expect(Object.keys(row)).not.toContain("loopP99Ms");
});
