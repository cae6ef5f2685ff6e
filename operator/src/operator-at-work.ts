import { randomUUID } from "node:crypto";
import { GROUP } from "@skypanel/crds/meta.ts";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { createLog } from "@skypanel/runtime/log.ts";
import { Registry } from "prom-client";
import { type Hands, handsAtWork } from "./hands-at-work.ts";
import { type Installation, installationAtWork, type Server } from "./installation-at-work.ts";
import { tenancyKinds } from "./kinds.ts";
import { type Cluster, openCluster } from "./kube/cluster.ts";
import { type Manager, startManager } from "./kube/manager.ts";
import { kubeMetrics } from "./kube/metrics.ts";
import type { ClusterKey } from "./sealed/unseal.ts";
import { scopeOf, tenantOf } from "./tenancy.ts";

/** One process's worth of operator: it can end well, or as a killed process ends. */
export interface Instance {
  readonly manager: Manager;
  readonly cluster: Cluster;
  readonly registry: Registry;
  /** Ends as on SIGTERM: the lease is given back. */
  stop(): Promise<void>;
  /** Ends as on SIGKILL: connections are cut at once, nothing more is written, the lease stays taken. */
  kill(): Promise<void>;
}

/** An operator in a test's process, at work on a real cluster, beside others that see each only their own objects. */
export interface OperatorAtWork extends Pick<Hands, "kube" | "apply" | "find" | "remove"> {
  /** The instance started last, and what it is made of. */
  readonly instance: Instance;
  readonly manager: Manager;
  readonly registry: Registry;
  readonly installation: Installation;
  readonly hands: Hands;
  /** Starts one more instance. Resolves at once; `instance.manager.leading` once its workers run. */
  start(through?: Through): Promise<Instance>;
  /** Removes what was applied, and ends. */
  stop(): Promise<void>;
}

/** Puts something between an instance and the API server: where the instance finds it. */
export type Through = (server: Server) => Promise<Server> | Server;

/**
 * Installs an operator with the chart's own roles and starts an instance under a shard of its own. Resolves once the
 * workers run. `key` opens Sealed values; `through` puts a proxy in the instance's way, not in that of the test's hands.
 */
export async function operatorAtWork(
  kubeconfig: string,
  key: () => ClusterKey,
  through: Through = (server) => server,
): Promise<OperatorAtWork> {
  const shard = `test-${randomUUID().slice(0, 8)}`;
  const hands = await handsAtWork(kubeconfig, { [`${GROUP}/shard`]: shard });
  const installation = await installationAtWork(kubeconfig, hands);
  const instances: Instance[] = [];
  const start = async (by = through) => {
    const server = await by(installation.server);
    const instance = await instanceAtWork(installation, await installation.kubeconfig(server), shard, key);
    instances.push(instance);
    return instance;
  };
  let instance = await start();
  await instance.manager.leading;
  return {
    ...hands,
    ...{ hands, installation },
    get instance() {
      return instance;
    },
    get manager() {
      return instance.manager;
    },
    get registry() {
      return instance.registry;
    },
    start: async (by) => {
      instance = await start(by);
      return instance;
    },
    stop: async () => {
      await hands.tidy();
      for (const instance of instances) await instance.stop();
      await installation.remove();
      await hands.close();
    },
  };
}

async function instanceAtWork(
  { namespace, account }: Installation,
  kubeconfig: string,
  shard: string,
  key: () => ClusterKey,
): Promise<Instance> {
  const identity = randomUUID();
  const log = createLog({ name: "operator", level: "error" });
  const registry = new Registry();
  const shared = { clock: systemClock, random: Math.random, log, metrics: kubeMetrics(registry) };
  const cluster = await openCluster({
    ...shared,
    env: { KUBECONFIG: kubeconfig },
    lease: { namespace, name: account, identity },
    onLost: (why) => log.error({ why }, "lost the lease"),
  });
  const { kube, lease, breaker } = cluster;
  const manager = startManager({
    ...{ ...shared, kube, lease, breaker, identity, newId: randomUUID, scope: scopeOf, tenantOf },
    controllers: tenancyKinds({ kube, now: systemClock.now, key, account: { namespace, name: account } }),
    onBroken: (why) => log.fatal({ why }, "broken"),
    // Settings too, of which a cluster has one: those of another test must not reach this one's apps.
    selectorOf: ({ group }) => (group === GROUP ? `${GROUP}/shard=${shard}` : undefined),
  });
  let ended: Promise<void> | undefined;
  const stop = () => (ended ??= manager.stop().then(cluster.close));
  const kill = () => (ended ??= cluster.close().then(manager.stop));
  return { manager, cluster, registry, stop, kill };
}
