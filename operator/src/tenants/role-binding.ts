import type { Child } from "../kube/controller.ts";
import { roleBindings } from "../kube/resources.ts";
import { tenantLabels } from "../labels.ts";
import { tenantRole } from "../rbac.ts";
import type { TenantWorld } from "./gather.ts";
import { partName } from "./names.ts";

/** Lets the operator, and nobody else, write in `namespace`. */
export function roleBinding({ tenant, operator }: TenantWorld, namespace: string): Child {
  return {
    resource: roleBindings,
    manifest: {
      metadata: { name: partName("operator"), namespace, labels: tenantLabels(tenant.metadata.name) },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: tenantRole },
      subjects: [{ kind: "ServiceAccount", name: operator.name, namespace: operator.namespace }],
    },
    onImmutable: "recreate", // the role a binding names cannot change
  };
}
