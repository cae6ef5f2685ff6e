import { systemClock } from "@skypanel/runtime/clock.ts";
import { type Random, seeded } from "../../e2e/harness/seeds.ts";
import { deployments } from "../../operator/src/kube/resources.ts";
import { behindBacklog, besideFailing, change, createAll, heal } from "./phases.ts";
import { cpuMs, memory } from "./proc.ts";
import type { Running } from "./running.ts";
import { type Scene, sceneOf } from "./scene.ts";
import { openSight } from "./sight.ts";
import type { Stage } from "./stage.ts";
import type { Start } from "./starts.ts";
import type { Places, Setting } from "./workload.ts";

/** What one repeat measured. Milliseconds unless the name says otherwise; `cpuMs` and `apiCpuMs` are per object created. */
export interface Sample {
  readonly readyS: number;
  readonly cpuMs: number;
  /** Absent: the API server runs on another machine. */
  readonly apiCpuMs?: number;
  readonly emptyMiB: number;
  readonly idleMiB: number;
  readonly idleCores: number;
  readonly peakMiB: number;
  readonly changeMs: readonly number[];
  readonly healMs: readonly number[];
  readonly backlogMs: readonly number[];
  readonly noisyMs: readonly number[];
  readonly restartS: number;
  readonly loopP99Ms?: number;
}

/** One program, one size, one repeat. */
export interface Trial {
  readonly stage: Stage;
  readonly setting: Setting;
  readonly start: Start;
  readonly n: number;
  readonly seed: number;
  /** The API server's process, if it is on this machine. */
  readonly api: number | undefined;
}

const rounds = 100;
const crowdMost = 1_000; // of a backlog and of failing ones, as the contract names them
const newBeside = 30;
const idleMs = 15_000;

/** Runs a program through all that is measured, on places of its own that are removed afterwards. */
export async function oneRun(trial: Trial): Promise<Sample> {
  const { stage, setting, start } = trial;
  const { workload, access } = setting;
  const ends: (() => Promise<unknown>)[] = [workload.clear];
  try {
    const running = await start(access);
    ends.push(running.stop);
    const sight = await openSight(stage.hands.kube, [workload.resource, deployments], stage.signal);
    ends.push(async () => sight.close());
    const scene = sceneOf(stage, workload, sight);
    const first = await Promise.race([running.died, firstLife(trial, scene, running)]);
    await running.stop();
    const again = await start(access);
    ends.push(again.stop);
    const noisyMs = await Promise.race([again.died, noisy(scene, workload.places, trial.n)]);
    return { ...first, restartS: again.syncedMs / 1_000, noisyMs };
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function noisy(scene: Scene, { failing, beside }: Places, n: number): Promise<number[]> {
  const fresh = scene.names(beside, 2 * newBeside).slice(newBeside);
  return besideFailing(scene, scene.names(failing, Math.min(n, crowdMost)), fresh);
}

async function firstLife(trial: Trial, scene: Scene, running: Running) {
  const { n, setting, api } = trial;
  const { places, prepare, verify } = setting.workload;
  await prepare();
  const random: Random = seeded(trial.seed);
  const [refs, beside] = [scene.names(places.crowd, n), scene.names(places.beside, newBeside)];
  const emptyMiB = memory(running.pid).now;
  await running.loopP99Ms(); // what follows alone counts
  const [before, apiBefore] = [cpuMs(running.pid), api && cpuMs(api)];
  const readyS = await createAll(scene, refs);
  const perObject = (now: number, then: number) => (now - then) / n;
  const used = perObject(cpuMs(running.pid), before);
  const apiUsed = api === undefined ? {} : { apiCpuMs: perObject(cpuMs(api), apiBefore ?? 0) };
  await verify(places.crowd, random.pick(refs).name);
  const idle = await rest(running, trial.stage.signal);
  await createAll(scene, beside);
  const times = Math.min(n, rounds);
  const changeMs = await change(scene, refs, times, random);
  const healMs = await heal(scene, refs, times, random);
  const backlogMs = await behindBacklog(scene, refs.slice(0, crowdMost), beside, random);
  const loopP99Ms = await running.loopP99Ms();
  return {
    ...{ readyS, cpuMs: used, ...apiUsed, emptyMiB, ...idle, changeMs, healMs, backlogMs },
    peakMiB: memory(running.pid).peak,
    ...(loopP99Ms === undefined ? {} : { loopP99Ms }),
  };
}

/** What it costs to have nothing to do, once what follows a wave has come to rest. */
async function rest({ pid }: Running, signal: AbortSignal): Promise<{ idleMiB: number; idleCores: number }> {
  await systemClock.sleep(idleMs, signal);
  const before = cpuMs(pid);
  await systemClock.sleep(idleMs, signal);
  return { idleMiB: memory(pid).now, idleCores: (cpuMs(pid) - before) / idleMs };
}
