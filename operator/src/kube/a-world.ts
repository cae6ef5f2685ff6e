import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import pino from "pino";
import { Registry } from "prom-client";
import { breaker } from "./breaker.ts";
import type { AnyController, Scope } from "./engine.ts";
import type { Lease } from "./lease.ts";
import { startManager } from "./manager.ts";
import { memoryKube } from "./memory-kube.ts";
import { kubeMetrics } from "./metrics.ts";
import { namespaces } from "./resources.ts";

export const silent = pino({ level: "silent" });
export const alwaysHeld: Pick<Lease, "held" | "release"> = { held: Promise.resolve(), release: async () => {} };

/** A cluster in memory with the namespace `n`, on a clock that stands still; nothing of ours runs yet. */
export function aCluster() {
  const clock = manualClock();
  const kube = memoryKube(clock);
  kube.edit({ resource: namespaces, name: "n" }, { metadata: {} });
  kube.calls.length = 0;
  const registry = new Registry();
  return { clock, kube, registry, metrics: kubeMetrics(registry), random: () => 0.5 };
}
export type ClusterInMemory = ReturnType<typeof aCluster>;

/** The runtime at work on a cluster in memory. `calls` are its writes and single reads since it was last asked. */
export async function aManager(
  cluster: ClusterInMemory,
  controllers: readonly AnyController[],
  scope: Scope = () => "managed",
) {
  const { clock, kube, metrics, random } = cluster;
  let ids = 0;
  const manager = startManager({
    ...{ kube, clock, metrics, random, controllers, scope, log: silent, lease: alwaysHeld, identity: "test" },
    breaker: breaker({ clock, random, probe: async () => true }),
    newId: () => {
      ids += 1;
      return `run-${ids}`;
    },
    tenantOf: ({ metadata }) => metadata.namespace ?? "",
  });
  await clock.advance(0);
  await manager.leading;
  const calls = () =>
    kube.calls.splice(0).filter((call) => !/^(watch|list) /.test(call) && !call.includes("events.events"));
  return { manager, calls, settle: () => clock.advance(1_000) };
}
