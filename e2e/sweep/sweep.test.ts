import { expect, test } from "vitest";
import { seeded } from "../harness/seeds.ts";
import { scenarios } from "./scenarios.ts";
import { allPoints, numbered, randomPoints, scenarioOf } from "./sweep.ts";

const [create] = scenarios;

test("a seed gives the same points again, another seed others", () => {
  const points = (seed: number) => randomPoints(seeded(seed), 20).map((point) => JSON.stringify(point));
  expect(points(7)).toEqual(points(7));
  expect(points(7)).not.toEqual(points(8));
});

test("a run of three calls has six points", () => {
  if (create === undefined) throw new Error("there are no scenarios");
  const points = allPoints(create, 3, 100).map(({ case: number, share, when }) => [
    number,
    1 + Math.floor(share * 3),
    when,
  ]);
  expect(points).toEqual([
    [100, 1, "before"],
    [101, 1, "after"],
    [102, 2, "before"],
    [103, 2, "after"],
    [104, 3, "before"],
    [105, 3, "after"],
  ]);
});

test("the number of a point tells its scenario", () => {
  expect(scenarios.map((scenario) => scenarioOf(numbered(scenario) + 999)?.name)).toEqual(
    scenarios.map(({ name }) => name),
  );
  expect(randomPoints(seeded(1), 3).map((point) => scenarioOf(point.case))).toEqual([undefined, undefined, undefined]);
});

test("each scenario has a name of its own", () => {
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
});
