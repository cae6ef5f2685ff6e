import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import { kinds } from "@skypanel/crds/kinds.ts";
import { API_VERSION, GROUP, type Kind } from "@skypanel/crds/meta.ts";
import { readYaml } from "@skypanel/crds/yaml.ts";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { createLog } from "@skypanel/runtime/log.ts";
import { Registry } from "prom-client";
import { tenancyKinds } from "./kinds.ts";
import { type Cluster, openCluster } from "./kube/cluster.ts";
import { isKubeError, type JsonObject, type Kube, type Live, type Ref, type Resource } from "./kube/kube.ts";
import { type Manager, startManager } from "./kube/manager.ts";
import { kubeMetrics } from "./kube/metrics.ts";
import { resourceOf } from "./kube/resources.ts";
import type { ClusterKey } from "./sealed/unseal.ts";
import { scopeOf, tenantOf } from "./tenancy.ts";

/** An operator in a test's process, at work on a real cluster, beside others that see each only their own objects. */
export interface OperatorAtWork {
  readonly kube: Kube;
  readonly manager: Manager;
  /** Applies an object of our kinds as an engineer with kubectl would. */
  apply(kind: Kind, name: string, spec: object, namespace?: string): Promise<Live>;
  /** An object as it is now; undefined: there is none. */
  find<T extends Live = Live>(ref: Ref): Promise<T | undefined>;
  /** Deletes an object, whatever its version. */
  remove(ref: Ref): Promise<void>;
  /** Removes what was applied, and ends. */
  stop(): Promise<void>;
}

const charts = new URL("../../helm/skypanel-operator/crds/", import.meta.url);
const crds: Resource = {
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
};
const account = { namespace: "skypanel-system", name: "skypanel-operator" };
const engineer = { manager: "skypanel-state", force: true } as const;

/** Starts the kinds under a lease and a shard of their own. Resolves once the workers run. */
export async function operatorAtWork(kubeconfig: string, key: () => ClusterKey): Promise<OperatorAtWork> {
  const identity = `test-${randomUUID().slice(0, 8)}`;
  const shard = { [`${GROUP}/shard`]: identity };
  const log = createLog({ name: "operator", level: "error" });
  const metrics = kubeMetrics(new Registry());
  const shared = { clock: systemClock, random: Math.random, log, metrics };
  const cluster = await openCluster({
    ...shared,
    env: { KUBECONFIG: kubeconfig },
    lease: { namespace: "default", name: `skypanel-${identity}`, identity },
    onLost: (why) => log.error({ why }, "lost the lease"),
  });
  const { kube, lease, breaker } = cluster;
  await lease.held;
  await installKinds(kube);
  const manager = startManager({
    ...{ ...shared, kube, lease, breaker, identity, newId: randomUUID, scope: scopeOf, tenantOf },
    controllers: tenancyKinds({ kube, now: systemClock.now, key, account }),
    onBroken: (why) => log.fatal({ why }, "broken"),
    selectorOf: ({ group, plural }) =>
      group === GROUP && plural !== clusterSettings.plural ? `${GROUP}/shard=${identity}` : undefined,
  });
  await manager.leading;
  return hands(cluster, manager, shard);
}

function hands(cluster: Cluster, manager: Manager, labels: Record<string, string>): OperatorAtWork {
  const { kube } = cluster;
  const made: Ref[] = [];
  const find = async <T extends Live>(ref: Ref) => {
    try {
      return await kube.get<T>(ref);
    } catch (error) {
      if (isKubeError(error, "notFound")) return undefined; // a missing thing is a value
      throw error;
    }
  };
  const remove = async (ref: Ref) => {
    const { uid = "", resourceVersion = "" } = (await find(ref))?.metadata ?? {};
    if (uid !== "") await kube.delete(ref, { uid, resourceVersion }).catch(() => remove(ref)); // it moved meanwhile
  };
  return {
    kube,
    manager,
    find,
    remove,
    apply: async (kind, name, spec, namespace) => {
      const place = namespace === undefined ? { name } : { name, namespace };
      const ref = { resource: resourceOf(kind), ...place };
      if (kind.scope === "Cluster") made.push(ref);
      const body = { apiVersion: API_VERSION, kind: kind.kind, metadata: { ...place, labels }, spec } as JsonObject; // plain JSON
      return (await kube.apply(ref, body, engineer)).object;
    },
    stop: async () => {
      for (const ref of made.reverse()) await remove(ref);
      await manager.stop();
      await cluster.close();
    },
  };
}

/** Applies the chart's CRDs, and waits until every kind is served. */
async function installKinds(kube: Kube): Promise<void> {
  for (const file of await readdir(charts)) {
    const read = readYaml(await readFile(new URL(file, charts), "utf8"), { bytes: 1_000_000, nodes: 50_000 });
    if (!read.ok) throw new Error(`${file} cannot be read`);
    const body = read.value as JsonObject & Live; // a generated CRD
    await kube.apply({ resource: crds, name: body.metadata.name }, body, engineer);
  }
  for (const kind of kinds) {
    const pages = () => kube.list(resourceOf(kind), { limit: 1 })[Symbol.asyncIterator]().next();
    while ((await pages().catch(() => undefined)) === undefined) await systemClock.sleep(100);
  }
}
