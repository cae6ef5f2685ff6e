import { API_VERSION, type Kind } from "@skypanel/crds/meta.ts";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { createLog } from "@skypanel/runtime/log.ts";
import { Registry } from "prom-client";
import { isKubeError, type JsonObject, type Kube, type Live, type Ref } from "./kube/kube.ts";
import { accessSource } from "./kube/kubeconfig.ts";
import { kubeMetrics } from "./kube/metrics.ts";
import { resourceOf } from "./kube/resources.ts";
import { restKube } from "./kube/rest-kube.ts";
import { openTransport } from "./kube/transport.ts";

/** An engineer's hands in a test: they go to the cluster directly, past any proxy the operator is behind. */
export interface Hands {
  readonly kube: Kube;
  /** Applies an object of our kinds as an engineer with kubectl would. */
  apply(kind: Kind, name: string, spec: object, namespace?: string): Promise<Live>;
  /** An object as it is now; undefined: there is none. */
  find<T extends Live = Live>(ref: Ref): Promise<T | undefined>;
  /** Deletes an object, whatever its version. */
  remove(ref: Ref): Promise<void>;
  /** Deletes the cluster-wide objects that were applied, the newest first. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

/** Who applies what a test applies. */
export const engineer = { manager: "skypanel-state", force: true } as const;

/** Opens a way to the cluster of `kubeconfig`; what it applies bears `labels`. */
export async function handsAtWork(kubeconfig: string, labels: Record<string, string>): Promise<Hands> {
  const transport = await openTransport({
    source: accessSource({ KUBECONFIG: kubeconfig }),
    ...{ clock: systemClock, random: Math.random, pool: "requests", connections: 8 },
    log: createLog({ name: "hands", level: "error" }),
    metrics: kubeMetrics(new Registry()),
  });
  const kube = restKube(transport);
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
  const apply: Hands["apply"] = async (kind, name, spec, namespace) => {
    const place = namespace === undefined ? { name } : { name, namespace };
    const ref = { resource: resourceOf(kind), ...place };
    if (kind.scope === "Cluster") made.push(ref);
    const body = { apiVersion: API_VERSION, kind: kind.kind, metadata: { ...place, labels }, spec } as JsonObject; // plain JSON
    return (await kube.apply(ref, body, engineer)).object;
  };
  const tidy = async () => {
    for (const ref of made.splice(0).reverse()) await remove(ref);
  };
  return { kube, find, remove, apply, tidy, close: transport.destroy };
}
