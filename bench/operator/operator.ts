import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { dirname } from "node:path";
import { Failure } from "@skypanel/local-cluster/machine/failure.ts";
import { listenForInterrupt } from "@skypanel/local-cluster/machine/interrupt.ts";
import { appSetting } from "./app-setting.ts";
import type { Contestant } from "./contestant.ts";
import { countCalls } from "./count-calls.ts";
import { type Flags, readFlags } from "./flags.ts";
import { goProgram } from "./go-program.ts";
import { oneRun, type Sample, type Trial } from "./one-run.ts";
import { apiServerAt } from "./proc.ts";
import { merged, type Result } from "./results.ts";
import { openStage, type Stage } from "./stage.ts";
import { type Start, startClientNode, startControllerRuntime, startOperator, startSkypanel } from "./starts.ts";
import { type Row, rowOf } from "./summary.ts";
import { waveSetting } from "./wave-setting.ts";
import type { Setting } from "./workload.ts";

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/**
 * Ours beside its peers on the Kubernetes of `KUBECONFIG`: the same work for each program, one after the other. The result
 * is kept after each row; what was made is removed, also after Ctrl-C.
 */
export async function operator(args: readonly string[]): Promise<string> {
  const flags = readFlags(args);
  const { KUBECONFIG: kubeconfig } = process.env;
  if (kubeconfig === undefined) throw new Failure("set KUBECONFIG: the bench needs a Kubernetes");
  const { signal } = listenForInterrupt();
  const stage = await openStage(kubeconfig, signal);
  const api = apiServerAt(new URL(stage.server.url).hostname);
  if (api === undefined) say("the API server is not on this machine: its CPU is left out");
  try {
    for (const name of flags.programs) await measure(name, flags, stage, api);
  } catch (error) {
    throw signal.aborted ? new Failure("stopped, and cleared away") : error;
  } finally {
    await rm(stage.folder, { recursive: true, force: true });
    await stage.close();
  }
  return readFile(flags.out, "utf8");
}

async function measure(name: Contestant, flags: Flags, stage: Stage, api: number | undefined): Promise<void> {
  const found = await settingOf(name, stage);
  if ("missing" in found) return say(`${name} is left out: ${found.missing}`);
  const { setting, start } = found;
  try {
    const common = { stage, setting, start, seed: flags.seed };
    say(`${name}: counting calls`);
    const calls = await countCalls(common);
    say(`${name}: ${JSON.stringify(calls)}`);
    for (const n of flags.sizes) {
      const samples = await repeats({ ...common, n, api }, name, flags.repeats);
      await keep(flags, stage, rowOf(name, n, calls, samples));
    }
  } finally {
    await setting.remove();
  }
}

async function repeats(trial: Trial, name: string, count: number): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (let repeat = 1; repeat <= count; repeat += 1) {
    say(`${name}: ${trial.n} objects, repeat ${repeat} of ${count}`);
    samples.push(await oneRun(trial));
  }
  return samples;
}

type Found = { readonly setting: Setting; readonly start: Start } | { readonly missing: string };

async function settingOf(name: Contestant, stage: Stage): Promise<Found> {
  if (name === "skypanel-apps") {
    const setting = await appSetting(stage);
    return { setting, start: startOperator(setting.installation) };
  }
  if (name === "skypanel") return { setting: await waveSetting(stage), start: startSkypanel };
  if (name === "client-node") return { setting: await waveSetting(stage), start: startClientNode };
  const program = await goProgram(say);
  if ("missing" in program) return program;
  return { setting: await waveSetting(stage), start: startControllerRuntime(program.path) };
}

async function keep({ out, seed }: Flags, { kubernetes }: Stage, row: Row): Promise<void> {
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  const fresh: Result = {
    ...{ bench: "operator", schema: 1, commit, seed, cores: cpus().length, kubernetes },
    programs: [row],
  };
  const before = existsSync(out) ? (JSON.parse(await readFile(out, "utf8")) as Result) : undefined; // written here alone
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, `${JSON.stringify(merged(before, fresh), null, 2)}\n`);
}
