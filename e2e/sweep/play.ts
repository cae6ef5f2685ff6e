import { setTimeout as sleep } from "node:timers/promises";
import type { App } from "@skypanel/crds/kinds/app.ts";
import type { Live } from "../../operator/src/kube/kube.ts";
import { type Call, isWrite } from "../fault-proxy/call.ts";
import type { FaultProxy } from "../fault-proxy/fault-proxy.ts";
import { difference, dump } from "./dump.ts";
import { everything } from "./everything.ts";
import type { Lane } from "./lane.ts";
import { counted, countedOf, type Running } from "./running.ts";
import type { Scenario } from "./scenarios.ts";
import { untilDone } from "./settled.ts";
import type { Stage } from "./stage.ts";

/** Where the operator dies: before its call number `call` (from 1) is sent, or after its effect and before its reply. */
export interface Cut {
  readonly call: number;
  readonly when: "before" | "after";
}

/** What a run came to. */
export interface Played {
  /** How many calls the operator made, up to its death. */
  readonly calls: number;
  readonly isDead: boolean;
  readonly dump: readonly string[];
  /** Writes of an operator that had nothing to do (O3). */
  readonly idleWrites: readonly string[];
  /** What the operators called for, a line each: for people. */
  readonly log: readonly string[];
}

const patienceMs = 20_000;
const steps = 50;
const lateCounts = 3;

/** Plays a scenario once, undisturbed or with a death in it. With `expected`, waits for the cluster to look like that. */
export async function play(lane: Lane, scenario: Scenario, cut?: Cut, expected?: readonly string[]): Promise<Played> {
  const stage = lane.stage(scenario);
  const first = await lane.running();
  const known = new Set((await everything(stage.hands, stage.namespace)).map(({ metadata }) => metadata.uid));
  await scenario.arrange(stage);
  await untilDone({ running: first, stage });
  const before = countedOf(first.proxy.calls()).length;
  const death = cut === undefined ? undefined : armed(first.proxy, cut);
  await scenario.act(stage);
  const isEnd = scenario.isEnd === true;
  const isOver = isEnd && scenario.meanwhile === undefined;
  await untilDone({ running: first, stage, isEnd: isOver, after: before, isDead: death });
  const calls = countedOf(first.proxy.calls()).length - before;
  const isDead = death?.() === true;
  if (isDead) await lane.kill();
  else first.proxy.heal();
  await scenario.meanwhile?.(stage);
  const second = await lane.running();
  await untilDone({ running: second, stage, isEnd });
  const found = await untilEqual(stage, known, isEnd ? [] : expected);
  const idleWrites = await idle(second, stage);
  await stage.leave();
  const after = isDead ? ["— killed —", ...countedOf(second.proxy.calls()).map(inWords)] : [];
  const log = [...countedOf(first.proxy.calls()).slice(before).map(inWords), ...after];
  return { calls, isDead, dump: found, idleWrites, log };
}

function inWords({ n, verb, resource, subresource, name, status = 0, faults }: Call): string {
  return [n, verb, resource, subresource, name, status || "no answer", ...faults]
    .filter((word) => word !== "")
    .join(" ");
}

/** From the call on nothing more gets through; the call itself neither, or without its reply. Tells when that is so. */
function armed(proxy: FaultProxy, { call: nth, when }: Cut): () => boolean {
  let last: Call | undefined;
  const action = { type: when === "before" ? "drop" : "cut" } as const;
  proxy.arm({ match: { ...counted, nth }, action }, (call) => {
    last = call as Call; // the proxy tells of the very call it logs
  });
  proxy.arm({ match: { ...counted, from: nth + 1 }, action: { type: "refuse" } });
  return () => last?.at.ended !== undefined;
}

/** The dump of what is new, once nothing of it is on its way out and it is as expected; at last as it is. */
async function untilEqual(
  stage: Stage,
  known: ReadonlySet<string | undefined>,
  expected?: readonly string[],
): Promise<readonly string[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const objects = (await everything(stage.hands, stage.namespace)).filter(({ metadata }) => !known.has(metadata.uid));
    const found = dump(objects, { [stage.name]: "APP", [stage.tenant]: "TENANT" });
    const isStill = objects.every(({ metadata }) => metadata.deletionTimestamp === undefined) && isAware(objects);
    const isEqual = expected === undefined || difference(expected, found) === undefined;
    if ((isStill && isEqual) || performance.now() > deadline) return found;
    await sleep(200);
  }
}

/** True if the apps say of their pods what is: neither one that has gone nor one less than there are. */
function isAware(objects: readonly Live[]): boolean {
  const pods = objects.filter(({ kind }) => kind === "Pod").map(({ metadata }) => metadata.name);
  const apps = objects.filter(({ kind }) => kind === "App") as (Live & App)[]; // what the API server keeps under this kind
  const told = apps.flatMap(({ status }) => (status?.instances ?? []).map(({ name }) => name));
  return pods.length === told.length && told.every((name) => pods.includes(name));
}

/** Wakes the operator again and again; returns what it wrote though there was nothing to write. */
async function idle(running: Running, { found, nudge }: Stage): Promise<readonly string[]> {
  const objects = await found();
  const before = running.proxy.calls().length;
  for (let step = 1; step <= steps; step += 1) {
    const object = objects[step % objects.length];
    if (object === undefined) break;
    const runs = await running.runs();
    await nudge(object, step);
    while ((await running.runs()) === runs) await sleep(5);
  }
  return inVain(running.proxy.calls().slice(before).filter(isWrite)).map(inWords);
}

/** The cluster counts what a tenant uses in its own time, late, and a Tenant tells of it: a few of those are no fault. */
function inVain(writes: readonly Call[]): readonly Call[] {
  const others = writes.filter(({ resource }) => resource !== "tenants");
  return writes.length - others.length <= lateCounts ? others : writes;
}
