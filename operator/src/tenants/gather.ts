import { type ClusterSettings, clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import type { Tenant } from "@skypanel/crds/kinds/tenant.ts";
import type { Reader } from "../kube/controller.ts";
import type { Live } from "../kube/kube.ts";
import { namespaces, resourceOf } from "../kube/resources.ts";
import { type Settings, settingsName, settingsOf } from "../settings.ts";
import { namespacesOf } from "./names.ts";

/** The operator's own account: what the tenant's role is bound to. */
export interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

/** A Namespace as the cache has it. */
export interface LiveNamespace extends Live {
  readonly status?: { readonly phase?: string };
}

/** All that decides what a tenant should have. */
export interface TenantWorld {
  readonly tenant: Tenant;
  readonly operator: ServiceAccountName;
  readonly settings: Settings;
  /** Its namespaces, as far as they exist. */
  readonly namespaces: readonly LiveNamespace[];
}

/** Reads what `tenant` depends on, all of it from the cache. */
export function gather(operator: ServiceAccountName, tenant: Tenant, reader: Reader): TenantWorld {
  const settings = reader.get<Live & ClusterSettings>({ resource: resourceOf(clusterSettings), name: settingsName });
  const { run, builds } = namespacesOf(tenant);
  const existing = [run, builds].map((name) => reader.get<LiveNamespace>({ resource: namespaces, name }));
  return {
    tenant,
    operator,
    settings: settingsOf(settings),
    namespaces: existing.filter((namespace) => namespace !== undefined),
  };
}
