import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { testCluster } from "../harness/cluster.ts";
import { replayLine, seeded } from "../harness/seeds.ts";
import { laneOfProcesses } from "./lane.ts";
import { scenarios } from "./scenarios.ts";
import { allPoints, numbered, type Point, type Survived, sweep, told, undisturbed } from "./sweep.ts";

// npm run sweep [-- --scenario <name> … --seed <number> --from <case> --lanes <number> --out <file>]: a real SIGKILL before
// and after every call of every scenario. The file tells how each went; started again with it, only what is left is done.

const { values } = parseArgs({
  options: {
    scenario: { type: "string", multiple: true },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    lanes: { type: "string", default: "4" },
    out: { type: "string", default: ".local/nightly/sweep.json" },
  },
});

interface Summary {
  readonly seed: number;
  /** By number of the point: how it went. */
  readonly points: Record<string, { scenario: string; when: string; call: number; problem?: string }>;
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130)); // what runs ends with us
const seed = Number(values.seed);
const chosen = scenarios.filter(({ name }) => values.scenario?.includes(name) ?? true);
const summary = summaryOf(values.out, seed);
const cluster = await testCluster("sweep");
const lanes = await Promise.all(
  Array.from({ length: Number(values.lanes) }, () => laneOfProcesses(cluster.kubeconfig)),
);
try {
  const calm = undisturbed();
  const points = await everyPoint(calm);
  const left = points.filter((point) => point.case >= Number(values.from) && !(point.case in summary.points));
  process.stdout.write(`${points.length} points, ${left.length} of them left, seed ${seed}\n`);
  await sweep(lanes, seeded(seed).shuffled(left), calm, note);
} finally {
  for (const lane of lanes) await lane.stop();
  await cluster.stop();
}
const bad = Object.values(summary.points).filter(({ problem }) => problem !== undefined);
process.stdout.write(`${Object.keys(summary.points).length} deaths, ${bad.length} left a trace: ${values.out}\n`);
process.exit(bad.length === 0 ? 0 : 1);

/** Plays each scenario undisturbed, the lanes side by side, and returns all its points. */
async function everyPoint(calm: ReturnType<typeof undisturbed>): Promise<readonly Point[]> {
  const left = chosen.values();
  const points: Point[] = [];
  const work = async (lane: (typeof lanes)[number]) => {
    for (const scenario of left) {
      const { calls } = await calm.of(scenario, lane);
      process.stdout.write(`${scenario.name}: ${calls} calls\n`);
      points.push(...allPoints(scenario, calls, numbered(scenario)));
    }
  };
  await Promise.all(lanes.map(work));
  return points.sort((a, b) => a.case - b.case);
}

/** Keeps how a point went at once, so that an interrupted night can go on. */
function note(survived: Survived): void {
  const { point, call, problem } = survived;
  const { scenario, when } = point;
  summary.points[point.case] = { scenario: scenario.name, when, call, ...(problem === undefined ? {} : { problem }) };
  writeFileSync(values.out, `${JSON.stringify(summary, null, 1)}\n`);
  const replay = replayLine("T-F01", seed, point.case);
  process.stdout.write(
    problem === undefined ? `✓ ${scenario.name} ${when} ${call}\n` : `✗ ${told(survived, replay)}\n`,
  );
}

function summaryOf(file: string, of: number): Summary {
  mkdirSync(dirname(file), { recursive: true });
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Summary) : undefined; // written by note()
  return before?.seed === of ? before : { seed: of, points: {} };
}
