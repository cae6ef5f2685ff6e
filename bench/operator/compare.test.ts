import { expect, test } from "vitest";
import { aRow, resultOf } from "./a-row.ts";
import { worse } from "./compare.ts";

const base = resultOf([aRow({})]);
const against = (change: Parameters<typeof aRow>[0]) => worse(base, resultOf([aRow(change)]));

test("an equal run is not worse, and neither is a better one", () => {
  expect(against({})).toEqual([]);
  expect(against({ cpuMs: 1, rssMiB: [50, 60], calls: { create: 4, change: 1, steady: 0 } })).toEqual([]);
});

test("calls may not rise at all", () => {
  expect(against({ calls: { create: 5, change: 2, steady: 1 } })).toEqual([
    "skypanel with 1000: calls (steady) was 0 and is 1",
  ]);
  expect(against({ calls: { create: 5.01, change: 2, steady: 0 } })).toHaveLength(1);
});

test.each([
  [{ cpuMs: 2.4 }, 0],
  [{ cpuMs: 2.5 }, 1],
  [{ rssMiB: [100, 241] as const }, 1],
  [{ changeMs: [29, 80] as const }, 0],
  [{ changeMs: [31, 80] as const }, 1],
  [{ readyS: [12.1, 40, 40] }, 1],
  [{ restartS: 2.5 }, 1],
])("CPU, memory and latency may rise by a fifth: %j", (change, count) => {
  expect(against(change)).toHaveLength(count);
});

test("what cannot be told apart is not worse, however many times more it is", () => {
  const small = resultOf([aRow({ loopP99Ms: 0.5, cpuMs: 0.1 })]);
  expect(worse(small, resultOf([aRow({ loopP99Ms: 2, cpuMs: 0.3 })]))).toEqual([]);
});

test("programs and sizes that only one run has are no matter", () => {
  expect(against({ n: 5_000, cpuMs: 99 })).toEqual([]);
  expect(against({ name: "client-node", cpuMs: 99 })).toEqual([]);
});

test("a figure that one run lacks is no matter", () => {
  const { apiCpuMs: _, ...row } = aRow({});
  expect(worse(resultOf([row]), resultOf([aRow({ apiCpuMs: 99 })]))).toEqual([]);
});
