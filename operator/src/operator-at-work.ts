import { randomUUID } from "node:crypto";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { createLog } from "@skypanel/runtime/log.ts";
import { Registry } from "prom-client";
import { appsController } from "./apps/controller.ts";
import { type Cluster, openCluster } from "./kube/cluster.ts";
import type { AnyController } from "./kube/engine.ts";
import type { JsonObject, Live, Ref } from "./kube/kube.ts";
import { type Manager, startManager } from "./kube/manager.ts";
import { kubeMetrics } from "./kube/metrics.ts";
import { sealedController } from "./sealed/controller.ts";
import type { ClusterKey } from "./sealed/unseal.ts";
import { scopeOf, tenantOf } from "./tenancy.ts";
import { tenantsController } from "./tenants/controller.ts";

/** An operator that runs in a test's process, against a real cluster. */
export interface OperatorAtWork {
  readonly cluster: Cluster;
  readonly manager: Manager;
  /** Applies as an engineer with kubectl would. */
  apply(ref: Ref, body: JsonObject): Promise<Live>;
  /** Deletes whatever the version. */
  remove(ref: Ref): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the kinds with a lease of their own. Resolves once the workers run. */
export async function operatorAtWork(kubeconfig: string, key: () => ClusterKey): Promise<OperatorAtWork> {
  const id = randomUUID().slice(0, 8);
  const log = createLog({ name: "operator", level: "error" });
  const metrics = kubeMetrics(new Registry());
  const shared = { clock: systemClock, random: Math.random, log, metrics };
  const identity = `test-${id}`;
  const cluster = await openCluster({
    ...shared,
    env: { KUBECONFIG: kubeconfig },
    lease: { namespace: "default", name: `skypanel-${identity}`, identity },
    onLost: (why) => log.error({ why }, "lost the lease"),
  });
  const { kube, lease, breaker } = cluster;
  const controllers = [
    tenantsController({ namespace: "skypanel-system", name: "skypanel-operator" }),
    appsController({ kube, now: systemClock.now }),
    sealedController(key),
  ] as readonly AnyController[]; // each kind's own world is seen by its controller alone
  const manager = startManager({
    ...shared,
    ...{ kube, lease, breaker, controllers, identity, newId: randomUUID },
    scope: scopeOf,
    tenantOf,
  });
  await manager.leading;
  return {
    cluster,
    manager,
    apply: async (ref, body) => {
      const { object } = await kube.apply(ref, body, { manager: "skypanel-state", force: true });
      return object;
    },
    remove: async (ref) => {
      const { metadata } = await kube.get(ref);
      await kube.delete(ref, { uid: metadata.uid ?? "", resourceVersion: metadata.resourceVersion ?? "" });
    },
    stop: async () => {
      await manager.stop();
      await cluster.close();
    },
  };
}
