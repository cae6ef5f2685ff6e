import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import { stateSource } from "@skypanel/crds/kinds/state-source.ts";
import { limits } from "@skypanel/crds/limits.ts";
import { systemClock as clock } from "@skypanel/runtime/clock.ts";
import { ConfigInvalid } from "@skypanel/runtime/env.ts";
import { createLog } from "@skypanel/runtime/log.ts";
import { createMetrics } from "@skypanel/runtime/metrics.ts";
import { startProbes } from "@skypanel/runtime/probes.ts";
import { gracefulStop, stopOnSignals } from "@skypanel/runtime/stop.ts";
import operator from "../package.json" with { type: "json" };
import { appsController } from "./apps/controller.ts";
import { type Config, readConfig } from "./config.ts";
import { createHub, type Hub } from "./hub/hub.ts";
import { keepIdentity } from "./hub/identity.ts";
import { openCluster } from "./kube/cluster.ts";
import type { AnyController } from "./kube/engine.ts";
import { startManager } from "./kube/manager.ts";
import { kubeMetrics } from "./kube/metrics.ts";
import { resourceOf } from "./kube/resources.ts";
import { sealedController } from "./sealed/controller.ts";
import { type State, startState } from "./state/controller.ts";
import { stateMetrics } from "./state-metrics.ts";
import { scopeOf, tenantOf } from "./tenancy.ts";
import { tenantsController } from "./tenants/controller.ts";

async function start(config: Config): Promise<void> {
  const { namespace, controlPlaneUrl: url, allowInsecure, caFile } = config;
  const { version } = operator;
  const log = createLog({ name: "operator", level: config.logLevel });
  const stop = gracefulStop({ clock, log, deadlineMs: limits.stop.operatorMillis, exit: process.exit });
  stopOnSignals(stop, log, process);
  const registry = createMetrics("operator");
  const metrics = kubeMetrics(registry);
  const shared = { clock, random: Math.random, newId: randomUUID, log, metrics };

  const identity = `${config.podName}-${randomUUID().slice(0, 8)}`;
  const lease = { namespace, name: "skypanel-operator", identity };
  // What a stale leader still holds belongs to another time: nothing is worth a graceful end.
  const onLost = (why: string) => {
    log.fatal({ why }, "lost the lease");
    process.exit(1);
  };
  const cluster = await openCluster({ ...shared, env: process.env, lease, onLost });
  stop.add("connections", cluster.close);
  const { kube, breaker } = cluster;
  const keys = keepIdentity({ kube, namespace, name: config.secretName });
  const held = cluster.lease.held.then(keys.load); // the keys are there before the first worker asks for them

  let state: State | undefined;
  let hub: Hub | undefined;
  const manager = startManager({
    ...{ ...shared, kube, breaker, identity, tenantOf, scope: scopeOf },
    lease: { held, release: cluster.lease.release },
    controllers: [
      tenantsController({ namespace, name: "skypanel-operator" }),
      sealedController(keys.current),
      appsController({ kube, now: clock.now }),
    ] as readonly AnyController[], // each kind's own world is seen by its controller alone
    alsoWatch: [stateSource, clusterSettings].map(resourceOf),
    onObject: (_resource, before, after) => hub?.noticed(before, after),
  });
  stop.add("controllers", manager.stop);
  const { broken: alive, unready: ready } = manager;
  const { port } = await startProbes({ port: config.metricsPort, alive, ready, metrics: registry });
  log.info({ port, controlPlane: url?.origin ?? "none", version }, "operator started");

  await manager.leading;
  if (url !== undefined) {
    const poke = () => state?.poke();
    const about = { ...shared, url, cluster, namespace, operatorVersion: version, store: manager.store, registry };
    const linked = createHub({ ...about, keys, tokenFile: config.registrationTokenFile, poke });
    hub = linked;
    const running = linked.run(stop.signal);
    stop.add("link", () => running.then(linked.flush));
  }
  state = startState({
    ...{ ...shared, kube, reader: manager.store.reader, namespace, name: "skypanel", allowInsecure },
    ...{ directory: join(config.scratchDir, "state"), ...(caFile && { caFile }), metrics: stateMetrics(registry) },
    remote: async () => hub?.remote(),
  });
  stop.add("source", () => state?.stop());
}

await start(readConfig(process.env)).catch((error: unknown) => {
  const isConfig = error instanceof ConfigInvalid;
  process.stderr.write(`${isConfig || !(error instanceof Error) ? String(error) : error.stack}\n`);
  process.exit(isConfig ? error.exitCode : 1);
});
