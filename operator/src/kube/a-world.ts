import type { Log } from "@skypanel/runtime/log.ts";
import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import pino from "pino";
import { Registry } from "prom-client";
import { aWidget, type Overrides, widgetController, widgetRef } from "./a-widget.ts";
import { breaker } from "./breaker.ts";
import type { AnyController, Scope } from "./engine.ts";
import type { Ref } from "./kube.ts";
import type { Lease } from "./lease.ts";
import { startManager } from "./manager.ts";
import { memoryKube } from "./memory-kube.ts";
import { kubeMetrics } from "./metrics.ts";
import { namespaces, services } from "./resources.ts";
import type { Owner } from "./status.ts";

export const silent = pino({ level: "silent" });
const alwaysHeld: Pick<Lease, "held" | "release"> = { held: Promise.resolve(), release: async () => {} };

/** For what must not happen: it fails the test it happens in. */
export function failTest(why: string): never {
  throw new Error(why);
}

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
  log: Log = silent,
) {
  const { clock, kube, metrics, random } = cluster;
  let ids = 0;
  const manager = startManager({
    ...{ kube, clock, metrics, random, controllers, scope, log, lease: alwaysHeld, identity: "test" },
    breaker: breaker({ clock, random, probe: async () => true }),
    newId: () => {
      ids += 1;
      return `run-${ids}`;
    },
    tenantOf: ({ metadata }) => metadata.namespace ?? "",
    onBroken: failTest,
  });
  await clock.advance(0);
  await manager.leading;
  const calls = () =>
    kube.calls.splice(0).filter((call) => !/^(watch|list) /.test(call) && !call.includes("events.events"));
  return { manager, calls, settle: () => clock.advance(1_000) };
}

/** The place of a widget's Service. */
export const service = (name: string): Ref => ({ resource: services, namespace: "n", name });

/** A widget's controller at work; `ask` applies a widget and tells which calls that led to. */
export async function aWidgetWorld(overrides: Overrides = {}, cluster: ClusterInMemory = aCluster()) {
  const { kube } = cluster;
  const run = await aManager(cluster, [widgetController(overrides)]);
  const widget = () => kube.find(widgetRef()) as Owner | undefined; // the widget's ref
  const condition = (type: string) => widget()?.status?.conditions?.find((one) => one.type === type);
  const ask = async (wish: Parameters<typeof aWidget>[0], metadata: Record<string, Record<string, string>> = {}) => {
    kube.edit(widgetRef(), aWidget(wish, metadata));
    await run.settle();
    return run.calls();
  };
  return { ...cluster, ...run, widget, condition, ask };
}
