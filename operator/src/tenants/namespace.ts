import type { Child } from "../kube/controller.ts";
import { ownerUidLabel } from "../kube/inventory.ts";
import { namespaces } from "../kube/resources.ts";
import { adoptAnnotation, tenantLabels } from "../labels.ts";
import type { TenantWorld } from "./gather.ts";

// Pinned: a newer Kubernetes must not refuse the pods of yesterday.
const podSecurityVersion = "v1.35";

/** A namespace of the tenant in which only restricted pods are admitted. */
export function namespace(world: TenantWorld, name: string): Child {
  const modes = ["enforce", "audit", "warn"].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, "restricted"],
    [`pod-security.kubernetes.io/${mode}-version`, podSecurityVersion],
  ]);
  return {
    resource: namespaces,
    manifest: {
      metadata: { name, labels: { ...tenantLabels(world.tenant.metadata.name), ...Object.fromEntries(modes) } },
    },
    ...(mayAdopt(world, name) ? { adopt: true } : {}),
  };
}

/** True if both sides agree: the Tenant asks for the namespace and the namespace, which is nobody's, names the Tenant. */
function mayAdopt({ tenant, namespaces: existing }: TenantWorld, name: string): boolean {
  const live = existing.find(({ metadata }) => metadata.name === name)?.metadata;
  const isFree = live?.labels?.[ownerUidLabel] === undefined;
  return tenant.spec.adopt && isFree && live?.annotations?.[adoptAnnotation] === tenant.metadata.name;
}
