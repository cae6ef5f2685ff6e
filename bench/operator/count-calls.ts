import { join } from "node:path";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { type FaultProxy, startFaultProxy } from "../../e2e/fault-proxy/fault-proxy.ts";
import { seeded } from "../../e2e/harness/seeds.ts";
import type { Ref } from "../../operator/src/kube/kube.ts";
import { deployments } from "../../operator/src/kube/resources.ts";
import { writeAccess } from "./access.ts";
import { isWork } from "./is-work.ts";
import type { Trial } from "./one-run.ts";
import { change, createAll } from "./phases.ts";
import { type Scene, sceneOf } from "./scene.ts";
import { openSight } from "./sight.ts";
import type { Calls } from "./summary.ts";

const objects = 20;
const changes = 20;
const restMs = 15_000;

/**
 * Counts the calls a program makes, in a run of its own that is not timed: it goes through a proxy that notes each request.
 * The API server's metrics do not say who called, and its audit log has to be on when it starts; a proxy sees every program
 * alike, on any cluster, and what it costs spoils no figure.
 */
export async function countCalls({ stage, setting, start, seed }: Omit<Trial, "n" | "api">): Promise<Calls> {
  const { workload, access } = setting;
  const proxy = await startFaultProxy({ arrow: "kube", target: stage.server.url, ca: stage.server.ca });
  const ends: (() => Promise<unknown>)[] = [workload.clear, proxy.close];
  try {
    const running = await start(await writeAccess(join(stage.folder, "proxied"), proxy.url, proxy.ca, access.token));
    ends.push(running.stop);
    const sight = await openSight(stage.hands.kube, [workload.resource, deployments], stage.signal);
    ends.push(async () => sight.close());
    const scene = sceneOf(stage, workload, sight);
    const counted = async () => {
      await workload.prepare();
      return count(scene, scene.names(workload.places.crowd, objects), stage.signal, seed, proxy);
    };
    return await Promise.race([running.died, counted()]);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function count(
  scene: Scene,
  refs: readonly Ref[],
  signal: AbortSignal,
  seed: number,
  proxy: FaultProxy,
): Promise<Calls> {
  const since = async (work: () => Promise<unknown>) => {
    const before = proxy.calls().length;
    await work();
    await systemClock.sleep(restMs, signal); // what follows from the work belongs to it
    return proxy.calls().slice(before).filter(isWork).length;
  };
  // One after the other: what a busy machine makes a program write besides is no part of the work.
  const create = await since(async () => {
    for (const ref of refs) await createAll(scene, [ref]);
  });
  const changed = await since(() => change(scene, refs, changes, seeded(seed)));
  const steady = await since(async () => undefined);
  return { create: perObject(create, objects), change: perObject(changed, changes), steady };
}

const perObject = (calls: number, count: number) => Math.round((calls / count) * 100) / 100;
