import type { Kind } from "@skypanel/crds/meta.ts";
import type { Resource } from "./kube.ts";

/**
 * What the engine must know of a kind of child beyond its name on the wire.
 * rank: order of apply, lowest first; prune goes the other way.
 * lists: the API's own merge keys of keyed lists, by the path of the list; any other list is compared exactly.
 * foreign: what the cache keeps of objects that are not ours.
 * selector: only objects with these labels are watched at all.
 * optional: its group may be missing in a cluster, so it is probed before it is watched.
 */
export interface ChildKind extends Resource {
  readonly rank: number;
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly foreign: "stub" | "whole";
  readonly selector?: string;
  readonly optional?: true;
}

const managed = "app.kubernetes.io/managed-by=skypanel-operator";

type Extra = Partial<Pick<ChildKind, "lists" | "foreign" | "selector" | "optional"> & { cluster: true }>;

function childKind(rank: number, apiVersion: string, kind: string, plural: string, extra: Extra = {}): ChildKind {
  const [group = "", version = ""] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const { cluster, ...rest } = extra;
  return { group, version, kind, plural, namespaced: cluster !== true, rank, lists: {}, foreign: "stub", ...rest };
}

/** Merge keys inside a pod's spec that stands at `path`. */
function podLists(path: string): Record<string, readonly string[]> {
  const lists: Record<string, readonly string[]> = {
    [`${path}.volumes`]: ["name"],
    [`${path}.imagePullSecrets`]: ["name"],
    [`${path}.topologySpreadConstraints`]: ["topologyKey", "whenUnsatisfiable"],
  };
  for (const containers of [`${path}.containers`, `${path}.initContainers`]) {
    lists[containers] = ["name"];
    lists[`${containers}.env`] = ["name"];
    lists[`${containers}.ports`] = ["containerPort", "protocol"];
    lists[`${containers}.volumeMounts`] = ["mountPath"];
  }
  return lists;
}

const template = podLists("spec.template.spec");

export const namespaces = childKind(0, "v1", "Namespace", "namespaces", { cluster: true, foreign: "whole" });
export const resourceQuotas = childKind(2, "v1", "ResourceQuota", "resourcequotas");
export const limitRanges = childKind(2, "v1", "LimitRange", "limitranges");
// Before all else in a namespace: without it the operator may write nothing there.
export const roleBindings = childKind(1, "rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings");
export const serviceAccounts = childKind(2, "v1", "ServiceAccount", "serviceaccounts", {
  lists: { imagePullSecrets: ["name"], secrets: ["name"] },
});
export const secrets = childKind(3, "v1", "Secret", "secrets");
export const configMaps = childKind(3, "v1", "ConfigMap", "configmaps");
export const networkPolicies = childKind(4, "networking.k8s.io/v1", "NetworkPolicy", "networkpolicies");
export const services = childKind(6, "v1", "Service", "services", { lists: { "spec.ports": ["port", "protocol"] } });
export const deployments = childKind(7, "apps/v1", "Deployment", "deployments", { lists: template });
export const autoscalers = childKind(8, "autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers");
export const disruptionBudgets = childKind(9, "policy/v1", "PodDisruptionBudget", "poddisruptionbudgets");
export const ingresses = childKind(10, "networking.k8s.io/v1", "Ingress", "ingresses");
export const replicaSets = childKind(7, "apps/v1", "ReplicaSet", "replicasets", { selector: managed });
export const pods = childKind(7, "v1", "Pod", "pods", { selector: managed });

/** The collection a kind of ours is served under; as a child it comes after all built-in kinds. */
export function resourceOf(kind: Pick<Kind, "group" | "version" | "kind" | "plural" | "scope">): ChildKind {
  const { group, version, plural, scope } = kind;
  const namespaced = scope === "Namespaced";
  return { group, version, kind: kind.kind, plural, namespaced, rank: 12, lists: {}, foreign: "whole" };
}

/** `apps/v1`, or `v1` for the core API: what an object of the collection has as its apiVersion. */
export function apiVersionOf(resource: Resource): string {
  return resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
}

/** The collection's one name, whatever its version: "deployments.apps". Tables and metrics are keyed by it. */
export function resourceName(resource: Resource): string {
  return resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`;
}
