import type { Manifest } from "./manifest.ts";

const name = "skypanel-network-policy";
const rbac = "rbac.authorization.k8s.io";

/** Returns the right of the network policy enforcer to see what it decides from, and nothing more. */
export function policyAccess(): readonly Manifest[] {
  const verbs = ["list", "watch"];
  return [
    {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRole",
      metadata: { name },
      rules: [
        { apiGroups: [""], resources: ["pods", "namespaces"], verbs },
        { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs },
      ],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name },
      subjects: [{ apiGroup: rbac, kind: "User", name }],
    },
  ];
}
