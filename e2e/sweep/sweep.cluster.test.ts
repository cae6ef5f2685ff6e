import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { caseAsked, replayLine, seeded, seedsOf } from "../harness/seeds.ts";
import { type Lane, laneInProcess } from "./lane.ts";
import { scenarios } from "./scenarios.ts";
import { allPoints, numbered, type Point, randomPoints, scenarioOf, sweep, told, undisturbed } from "./sweep.ts";

const asked = caseAsked();
const replayed = scenarioOf(asked ?? 0);
const whole = replayed === undefined ? ["create", "sealed value, again meanwhile"] : [replayed.name];
const pointsAtTheGate = 40; // docs/decisions/0017
const minutes = 60_000;
const [seed = 1] = seedsOf("T-F01");
const calm = undisturbed();
let lanes: readonly Lane[];

beforeAll(async () => {
  lanes = await Promise.all(Array.from({ length: 4 }, () => laneInProcess(inject("kubeconfig"))));
});
afterAll(() => Promise.all(lanes.map((lane) => lane.stop())));

/** Plays the points, or the one that is asked for, and returns what went wrong. Most of the deaths must happen. */
async function failures(points: readonly Point[]): Promise<readonly string[]> {
  const chosen = points.filter((point) => asked === undefined || point.case === asked);
  const failed: string[] = [];
  let dead = 0;
  await sweep(lanes, chosen, calm, (survived) => {
    if (survived.isDead) dead += 1;
    const replay = replayLine("T-F01", seed, survived.point.case);
    if (survived.problem !== undefined) failed.push(told(survived, replay));
  });
  expect(dead).toBeGreaterThanOrEqual(Math.floor(chosen.length / 2)); // runs differ by a call or two
  return failed;
}

test.each(whole)(
  "T-F01 an operator killed at any call of %s leaves no trace",
  async (name) => {
    const [lane] = lanes;
    const scenario = scenarios.find((one) => one.name === name);
    if (lane === undefined || scenario === undefined) throw new Error(`nothing is called ${name}`);
    const { calls } = await calm.of(scenario, lane);
    expect(calls).toBeGreaterThan(0);
    expect(await failures(allPoints(scenario, calls, numbered(scenario)))).toEqual([]);
  },
  15 * minutes,
);

test(
  `T-F01 an operator killed anywhere leaves no trace, seed ${seed}`,
  async () => {
    expect(await failures(randomPoints(seeded(seed), pointsAtTheGate))).toEqual([]);
  },
  30 * minutes,
);
