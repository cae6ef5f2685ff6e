import { expect, test } from "vitest";
import { aRow, resultOf } from "./a-row.ts";
import { merged } from "./results.ts";

test("a part of a bench joins what the other parts have measured, smallest first", () => {
  const before = resultOf([aRow({ n: 5_000 }), aRow({ n: 100, cpuMs: 9 })]);
  const after = merged(before, resultOf([aRow({ n: 100, cpuMs: 1 })]));
  expect(after.programs.map(({ n, cpuMs }) => [n, cpuMs])).toEqual([
    [100, 1],
    [5_000, 2],
  ]);
});

test.each([{ commit: "def" }, { seed: 8 }, { cores: 4 }, { kubernetes: "v1.36.0" }])(
  "rows measured on something else are not kept: %j",
  (change) => {
    const fresh = resultOf([aRow({ n: 100 })]);
    expect(merged(resultOf([aRow({ n: 5_000 })], change), fresh)).toEqual(fresh);
  },
);

test("the first part begins a file", () => {
  const fresh = resultOf([aRow({})]);
  expect(merged(undefined, fresh)).toEqual(fresh);
});
