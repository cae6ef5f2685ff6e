import { stateSource } from "@skypanel/crds/kinds/state-source.ts";
import { kinds } from "@skypanel/crds/kinds.ts";
import { GROUP, type Kind } from "@skypanel/crds/meta.ts";
import {
  autoscalers,
  type ChildKind,
  deployments,
  disruptionBudgets,
  ingresses,
  limitRanges,
  networkPolicies,
  pods,
  replicaSets,
  resourceQuotas,
  secrets,
  serviceAccounts,
  services,
} from "./kube/resources.ts";

/** A rule of a Role or ClusterRole. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** The ClusterRole that the RoleBindings in tenants' namespaces name: the only one the operator may bind. */
export const tenantRole = "skypanel-tenant";

const reads = ["get", "list", "watch"];
const writes = ["get", "create", "patch"];
const watched: readonly ChildKind[] = [
  pods,
  services,
  serviceAccounts,
  resourceQuotas,
  limitRanges,
  deployments,
  replicaSets,
  autoscalers,
  ingresses,
  networkPolicies,
  disruptionBudgets,
];
/** Once there, they go with their owner alone: the cluster collects them. */
const lasting: readonly ChildKind[] = [serviceAccounts, resourceQuotas, limitRanges];
/** Pruned too, when an app or a tenant no longer asks for them. */
const passing: readonly ChildKind[] = [
  secrets,
  services,
  deployments,
  autoscalers,
  ingresses,
  networkPolicies,
  disruptionBudgets,
];

const rule = (
  group: string,
  resources: readonly string[],
  verbs: readonly string[],
  resourceNames?: string[],
): Rule => ({
  apiGroups: [group],
  resources,
  ...(resourceNames === undefined ? {} : { resourceNames }),
  verbs,
});

/** One rule per API group. */
function byGroup(of: readonly ChildKind[], verbs: readonly string[]): Rule[] {
  const groups = [...new Set(of.map(({ group }) => group))];
  return groups.map((group) =>
    rule(
      group,
      of.filter((resource) => resource.group === group).map(({ plural }) => plural),
      verbs,
    ),
  );
}

const plurals = (of: readonly Kind[]) => of.map(({ plural }) => plural);
/** Where desired state comes from stands in no git. */
const fromGit = kinds.filter((kind) => kind !== stateSource);
/** A tree without the cluster's settings is no tree, and removes nothing. */
const removedByGit = fromGit.filter(({ onlyName }) => onlyName === undefined);

/** In the whole cluster: our kinds, namespaces, the right to bind the one role; the rest can only be seen. */
export const operatorRules: readonly Rule[] = [
  rule(GROUP, plurals(kinds), reads),
  rule(GROUP, plurals(fromGit), ["create", "patch"]),
  rule(GROUP, plurals(removedByGit), ["delete"]),
  rule(
    GROUP,
    plurals(kinds).map((plural) => `${plural}/status`),
    ["patch"],
  ),
  // Never deleted: a tenant's namespaces go with the Tenant.
  rule("", ["namespaces"], [...reads, "create", "patch"]),
  ...byGroup(watched, ["list", "watch"]),
  // What a cluster has to offer, for the control plane's checks and placement.
  rule("", ["nodes"], ["list"]),
  rule("networking.k8s.io", ["ingressclasses"], ["list"]),
  rule("storage.k8s.io", ["storageclasses"], ["list"]),
  rule("rbac.authorization.k8s.io", ["rolebindings"], [...reads, "create", "patch", "delete"]),
  rule("rbac.authorization.k8s.io", ["clusterroles"], ["bind"], [tenantRole]),
  // In every namespace: the API takes those about cluster-scoped objects in `default` alone, and an object in nobody's
  // namespace is told there that nobody owns it.
  rule("events.k8s.io", ["events"], ["create", "patch"]),
];

/** In each tenant namespace: what an app consists of. Secrets are never listed or watched. */
export const tenantRules: readonly Rule[] = [
  ...byGroup(lasting, writes),
  ...byGroup(passing, [...writes, "delete"]),
  rule("", ["pods/log"], ["get"]),
  rule("events.k8s.io", ["events"], ["list"]),
];

/** In the operator's own namespace: its lease and its keys. */
export const selfRules: readonly Rule[] = [
  // A name cannot limit a creation.
  rule("coordination.k8s.io", ["leases"], ["create"]),
  rule("coordination.k8s.io", ["leases"], ["get", "patch"], ["skypanel-operator"]),
  rule("", ["secrets"], ["get", "patch"], ["skypanel-operator-identity"]),
];
