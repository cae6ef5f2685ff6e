import { clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import { tenant } from "@skypanel/crds/kinds/tenant.ts";
import type { KindController, Reader } from "../kube/controller.ts";
import {
  limitRanges,
  namespaces,
  networkPolicies,
  resourceOf,
  resourceQuotas,
  roleBindings,
} from "../kube/resources.ts";
import { desired } from "./desired.ts";
import { gather, type ServiceAccountName, type TenantWorld } from "./gather.ts";
import { namespacesOf } from "./names.ts";
import { status } from "./status.ts";

/**
 * Tenants: two namespaces each, their bounds, isolation and the operator's right to write there. Owner references
 * take everything away with the Tenant, so nothing is left to clean up. `operator` is the operator's own account.
 */
export function tenantsController(operator: ServiceAccountName): KindController<typeof tenant, TenantWorld> {
  const all = (reader: Reader) => reader.list(resourceOf(tenant)).map(({ metadata }) => metadata.name);
  return {
    kind: tenant,
    watches: [
      // By name too: an engineer may annotate a namespace that no Tenant owns yet.
      {
        resource: namespaces,
        keys: ({ metadata }, reader) =>
          reader.byIndex(resourceOf(tenant), "namespace", metadata.name).map((found) => found.metadata.name),
      },
      { resource: roleBindings },
      { resource: resourceQuotas },
      { resource: limitRanges },
      { resource: networkPolicies },
      { resource: resourceOf(clusterSettings), keys: (_, reader) => all(reader) },
    ],
    indexes: { namespace: (object) => Object.values(namespacesOf(object)) },
    gather: async (object, reader) => gather(operator, object, reader),
    desired,
    status,
  };
}
