import type { Random } from "../harness/seeds.ts";
import { difference } from "./dump.ts";
import type { Lane } from "./lane.ts";
import { type Cut, type Played, play } from "./play.ts";
import { type Scenario, scenarios } from "./scenarios.ts";

/** One death to be survived. */
export interface Point {
  /** Its number: what a replay asks for. */
  readonly case: number;
  readonly scenario: Scenario;
  /** Where: as a share (0 to 1) of the calls of an undisturbed run. */
  readonly share: number;
  readonly when: Cut["when"];
}

/** How one death went; no problem: the cluster is as if nobody had died. */
export interface Survived {
  readonly point: Point;
  readonly call: number;
  readonly isDead: boolean;
  readonly problem: string | undefined;
}

/** What undisturbed runs came to, each played when it is first asked for. */
export interface Undisturbed {
  of(scenario: Scenario, lane: Lane): Promise<Played>;
}

/** Returns a memory of undisturbed runs. */
export function undisturbed(): Undisturbed {
  const played = new Map<string, Promise<Played>>();
  return {
    of: (scenario, lane) => {
      const known = played.get(scenario.name) ?? play(lane, scenario);
      played.set(scenario.name, known);
      return known;
    },
  };
}

/** Plays all points, each lane the next one that is left, so that deaths overlap in time. Tells of each as it ends. */
export async function sweep(
  lanes: readonly Lane[],
  points: readonly Point[],
  calm: Undisturbed,
  onEnd: (survived: Survived) => void,
): Promise<void> {
  const left = points.values();
  const work = async (lane: Lane) => {
    for (const point of left) onEnd(await survive(lane, point, calm));
  };
  await Promise.all(lanes.map(work));
}

async function survive(lane: Lane, point: Point, calm: Undisturbed): Promise<Survived> {
  const { scenario, share, when } = point;
  const normal = await calm.of(scenario, lane);
  const call = 1 + Math.floor(share * normal.calls);
  const told = { point, call };
  try {
    const { isDead, dump, idleWrites, log } = await play(lane, scenario, { call, when }, normal.dump);
    const unequal = difference(normal.dump, dump);
    const restless = idleWrites.length === 0 ? undefined : `written in vain: ${idleWrites.join(", ")}`;
    const problem = unequal ?? restless;
    return { ...told, isDead, problem: problem === undefined ? undefined : [problem, ...log].join("\n  ") };
  } catch (error) {
    await lane.kill(); // whatever state it is in, the next point begins with another
    return { ...told, isDead: true, problem: String(error) };
  }
}

/** `count` points anywhere in any of the scenarios, numbered from 1, below a thousand. */
export function randomPoints(random: Random, count: number): readonly Point[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ case: index + 1, scenario: random.pick(scenarios), share: random.next() },
    when: random.pick(["before", "after"] as const),
  }));
}

/** Both points of each of `calls` calls, numbered from `from`. */
export function allPoints(scenario: Scenario, calls: number, from: number): readonly Point[] {
  return Array.from({ length: 2 * calls }, (_, index) => ({
    ...{ case: from + index, scenario, share: (Math.floor(index / 2) + 0.5) / calls },
    when: index % 2 === 0 ? ("before" as const) : ("after" as const),
  }));
}

const numbersEach = 1_000;

/** The number of a scenario's first point; random points have numbers below all of them. */
export function numbered(scenario: Scenario): number {
  return numbersEach * (1 + scenarios.findIndex(({ name }) => name === scenario.name));
}

/** The scenario a point with this number belongs to; undefined for a random one. */
export function scenarioOf(number: number): Scenario | undefined {
  return scenarios[Math.floor(number / numbersEach) - 1];
}

/** What a failure says: where it died, what was found, and how to have it again. */
export function told({ point, call, problem = "" }: Survived, replay: string): string {
  return `${point.scenario.name}, ${point.when} call ${call}: ${problem}\n${replay}`;
}
