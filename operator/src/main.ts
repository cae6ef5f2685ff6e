import { randomUUID } from "node:crypto";
import { stateSource } from "@skypanel/crds/kinds/state-source.ts";
import { limits } from "@skypanel/crds/limits.ts";
import { systemClock as clock } from "@skypanel/runtime/clock.ts";
import { ConfigInvalid } from "@skypanel/runtime/env.ts";
import { createLog } from "@skypanel/runtime/log.ts";
import { createMetrics } from "@skypanel/runtime/metrics.ts";
import { startProbes } from "@skypanel/runtime/probes.ts";
import { gracefulStop, stopOnSignals } from "@skypanel/runtime/stop.ts";
import operator from "../package.json" with { type: "json" };
import { type Config, readConfig } from "./config.ts";
import { startDesiredState } from "./desired-state.ts";
import { createHub, type Hub } from "./hub/hub.ts";
import { keepIdentity } from "./hub/identity.ts";
import { tenancyKinds } from "./kinds.ts";
import { openCluster } from "./kube/cluster.ts";
import { startManager } from "./kube/manager.ts";
import { kubeMetrics } from "./kube/metrics.ts";
import { resourceOf } from "./kube/resources.ts";
import { settingsController } from "./settings-controller.ts";
import { shardSelector } from "./shard.ts";
import type { State } from "./state/loop-controller.ts";
import { scopeOf, tenantOf } from "./tenancy.ts";

const name = "skypanel-operator"; // of the lease, and of the account

async function start(config: Config): Promise<void> {
  const { namespace, clusterName: cluster, controlPlaneUrl: url, registrationTokenFile: tokenFile } = config;
  const log = createLog({ name: "operator", level: config.logLevel }).child(cluster ? { cluster } : {});
  const stop = gracefulStop({ clock, log, deadlineMs: limits.stop.operatorMillis, exit: process.exit });
  stopOnSignals(stop, log, process);
  const registry = createMetrics("operator");
  const shared = { clock, random: Math.random, newId: randomUUID, log, metrics: kubeMetrics(registry) };

  const identity = `${config.podName}-${randomUUID().slice(0, 8)}`;
  // What a stale leader still holds belongs to another time: nothing is worth a graceful end.
  const onLost = (why: string) => {
    log.fatal({ why }, "lost the lease");
    process.exit(1);
  };
  const way = await openCluster({ ...shared, env: process.env, lease: { namespace, name, identity }, onLost });
  stop.add("connections", way.close);
  const { kube, lease, breaker } = way;
  const keys = keepIdentity({ kube, namespace, name: config.secretName });
  const held = lease.held.then(keys.load); // the keys are there before the first worker asks for them

  let state: State | undefined;
  let hub: Hub | undefined;
  const kinds = tenancyKinds({ kube, now: clock.now, key: keys.current, account: { namespace, name } });
  const manager = startManager({
    ...{ ...shared, kube, breaker, identity, tenantOf, scope: scopeOf, controllers: [...kinds, settingsController] },
    lease: { held, release: lease.release },
    alsoWatch: [resourceOf(stateSource)],
    selectorOf: shardSelector(config.shard),
    onObject: (_resource, before, after) => hub?.noticed(before, after),
    onBroken: (why) => void stop.stop(why, 1),
  });
  stop.add("controllers", manager.stop);
  const probed = { alive: manager.broken, ready: manager.unready, metrics: registry };
  const { port } = await startProbes({ port: config.metricsPort, ...probed });
  log.info({ port, controlPlane: url?.origin ?? "none", version: operator.version }, "operator started");

  // Whoever cannot lead gives the lease back: another replica may do better.
  await manager.leading.catch((error: unknown) => stop.stop(`could not lead: ${error}`, 1));
  if (url !== undefined) {
    const about = { cluster: way, namespace, operatorVersion: operator.version, store: manager.store, registry };
    const linked = createHub({ ...shared, ...about, url, keys, tokenFile, poke: () => state?.poke() });
    hub = linked;
    const running = linked.run(stop.signal);
    stop.add("link", () => running.then(linked.flush));
  }
  state = startDesiredState({ ...shared, kube, store: manager.store }, config, registry, hub);
  stop.add("source", state.stop);
}

try {
  if (import.meta.main) await start(readConfig(process.env));
} catch (error) {
  const isConfig = error instanceof ConfigInvalid;
  process.stderr.write(`${isConfig || !(error instanceof Error) ? String(error) : error.stack}\n`);
  process.exit(isConfig ? error.exitCode : 1);
}
