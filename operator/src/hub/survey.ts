import type { Machine } from "@skypanel/control-plane/contract/agent.ts";
import { isKubeError, type Kube, type Live, type Resource } from "../kube/kube.ts";
import { pods, resourceName } from "../kube/resources.ts";
import { addPod, machineOf, type Node, type PlacedPod, type Requested } from "./machines.ts";

/** What the cluster around us offers. A class list is undefined if we may not read it. */
export interface Survey {
  readonly machines: readonly Machine[];
  readonly storageClasses: readonly { readonly name: string; readonly isDefault: boolean }[] | undefined;
  readonly ingressClasses: readonly string[] | undefined;
  /** Collections whose list was refused. */
  readonly forbidden: readonly string[];
}

const nodes: Resource = { group: "", version: "v1", kind: "Node", plural: "nodes", namespaced: false };
const storageClasses: Resource = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "StorageClass",
  plural: "storageclasses",
  namespaced: false,
};
const ingressClasses: Resource = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "IngressClass",
  plural: "ingressclasses",
  namespaced: false,
};

const defaultClass = "storageclass.kubernetes.io/is-default-class";
const pageSize = 100;
const mostMachines = 1_000;

/** Looks around once. Pods are read page by page and only summed up, never kept: they may be many thousand. */
export async function survey(kube: Pick<Kube, "list">, signal: AbortSignal): Promise<Survey> {
  const forbidden: string[] = [];
  const each = async <T extends Live>(resource: Resource, take: (object: T) => void): Promise<boolean> => {
    try {
      for await (const page of kube.list<T>(resource, { limit: pageSize, signal })) page.items.forEach(take);
      return true;
    } catch (error) {
      if (!isKubeError(error, "forbidden")) throw error;
      forbidden.push(resourceName(resource)); // shown in the checklist: the chart is older than this operator
      return false;
    }
  };
  const requested = new Map<string, Requested>();
  const found: Node[] = [];
  const storage: { name: string; isDefault: boolean }[] = [];
  const ingress: string[] = [];
  await each<PlacedPod>(pods, (pod) => addPod(requested, pod));
  await each<Node>(nodes, (node) => void found.push(node));
  const sawStorage = await each(storageClasses, ({ metadata }) => {
    storage.push({ name: metadata.name, isDefault: metadata.annotations?.[defaultClass] === "true" });
  });
  const sawIngress = await each(ingressClasses, ({ metadata }) => void ingress.push(metadata.name));
  return {
    machines: found.slice(0, mostMachines).map((node) => machineOf(node, requested.get(node.metadata.name))),
    storageClasses: sawStorage ? storage : undefined,
    ingressClasses: sawIngress ? ingress : undefined,
    forbidden,
  };
}
