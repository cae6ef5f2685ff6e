import { execFileSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { Failure, reportFailure } from "@skypanel/local-cluster/machine/failure.ts";
import { listenForInterrupt } from "@skypanel/local-cluster/machine/interrupt.ts";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { seeded } from "../../../e2e/harness/seeds.ts";
import type { Ref } from "../../../operator/src/kube/kube.ts";
import { deployments } from "../../../operator/src/kube/resources.ts";
import { quantile } from "../../measure.ts";
import { appSetting } from "../app-setting.ts";
import { createAll } from "../phases.ts";
import { type Scene, sceneOf } from "../scene.ts";
import { openSight } from "../sight.ts";
import { openStage, type Stage } from "../stage.ts";
import { startOperator } from "../starts.ts";
import { mischief } from "./mischief.ts";
import { type Reading, reader } from "./reading.ts";
import { slopePerHour } from "./slope.ts";

// npm run soak [-- --minutes 20 --apps 1000 --perSecond 5 --seed 7]: the shipped operator on the Kubernetes of KUBECONFIG
// under random edits and drift; what grows meanwhile. The cluster must serve no other tenants.

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "20" },
    apps: { type: "string", default: "1000" },
    perSecond: { type: "string", default: "5" },
    seed: { type: "string", default: "7" },
    out: { type: "string", default: "bench/results/soak.json" },
  },
});
const [minutes, apps, perSecond, seed] = [values.minutes, values.apps, values.perSecond, values.seed].map(Number) as [
  number,
  number,
  number,
  number,
]; // four of four
const readEveryMs = 5_000;
const warmShare = 0.2; // of the time: heaps grow to their working size first

async function soak(stage: Stage): Promise<readonly Reading[]> {
  const setting = await appSetting(stage);
  const ends: (() => Promise<unknown>)[] = [setting.remove, setting.workload.clear];
  try {
    const operator = await startOperator(setting.installation)(setting.access);
    ends.push(operator.stop);
    const sight = await openSight(stage.hands.kube, [setting.workload.resource, deployments], stage.signal);
    ends.push(async () => sight.close());
    const scene = sceneOf(stage, setting.workload, sight);
    const read = reader(operator.pid, operator.metrics);
    const lived = async () => {
      await setting.workload.prepare();
      const refs = scene.names(setting.workload.places.crowd, apps);
      await createAll(scene, refs);
      return trouble(scene, refs, read, stage.signal);
    };
    return await Promise.race([operator.died, lived()]);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

/** Edits and drift at the rate asked for, with a reading now and then. */
async function trouble(
  scene: Scene,
  refs: readonly Ref[],
  read: () => Promise<Reading>,
  signal: AbortSignal,
): Promise<readonly Reading[]> {
  const random = seeded(seed);
  const readings: Reading[] = [];
  const until = performance.now() + minutes * 60_000;
  let next = performance.now();
  while (performance.now() < until) {
    await mischief(scene, refs, random);
    if (performance.now() >= next) {
      readings.push(await read());
      next += readEveryMs;
    }
    await systemClock.sleep(1_000 / perSecond, signal);
  }
  return readings;
}

function summary(readings: readonly Reading[]) {
  const warm = readings.slice(Math.floor(readings.length * warmShare));
  const of = (field: Exclude<keyof Reading, "atMs">) => {
    const rise = slopePerHour(warm.map((reading) => ({ atMs: reading.atMs, value: reading[field] })));
    const seen = warm.map((reading) => reading[field]);
    return { perHour: Math.round(rise * 100) / 100, p50: quantile(seen, 0.5), most: quantile(seen, 1) };
  };
  return {
    rssMiB: of("rssMiB"),
    heapMiB: of("heapMiB"),
    descriptors: of("descriptors"),
    queueAgeMs: of("queueAgeMs"),
  };
}

async function main(): Promise<void> {
  const { KUBECONFIG: kubeconfig } = process.env;
  if (kubeconfig === undefined) throw new Failure("set KUBECONFIG: the soak needs a Kubernetes");
  const { signal } = listenForInterrupt();
  const stage = await openStage(kubeconfig, signal);
  try {
    const readings = await soak(stage);
    const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
    const about = { bench: "soak", schema: 1, commit, cores: cpus().length, kubernetes: stage.kubernetes };
    const text = `${JSON.stringify({ ...about, minutes, apps, perSecond, seed, ...summary(readings) }, null, 2)}\n`;
    await mkdir(dirname(values.out), { recursive: true });
    await writeFile(values.out, text);
    process.stdout.write(text);
  } catch (error) {
    throw signal.aborted ? new Failure("stopped, and cleared away") : error;
  } finally {
    await rm(stage.folder, { recursive: true, force: true });
    await stage.close();
  }
}

await main().catch(reportFailure);
process.exit();
