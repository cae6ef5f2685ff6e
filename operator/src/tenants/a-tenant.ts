import { type Tenant, type TenantSpec, tenantSpec } from "@skypanel/crds/kinds/tenant.ts";
import { API_VERSION } from "@skypanel/crds/meta.ts";
import { settingsOf } from "../settings.ts";
import type { LiveNamespace, TenantWorld } from "./gather.ts";

/** A tenant in the words of a test. */
export interface TenantBuilder {
  with(spec: Partial<TenantSpec>): TenantBuilder;
  suspended(reason: "Wallet" | "Admin" | "Abuse", message?: string): TenantBuilder;
  /** A namespace that is there already. */
  finding(namespace: LiveNamespace): TenantBuilder;
  object(): Tenant;
  world(): TenantWorld;
}

/** The tenant `acme` of an empty cluster. */
export function aTenant(spec: object = {}, namespaces: readonly LiveNamespace[] = []): TenantBuilder {
  const object = (): Tenant => ({
    apiVersion: API_VERSION,
    kind: "Tenant",
    metadata: { name: "acme", uid: "tenant-uid", generation: 1 },
    spec: tenantSpec.parse(spec),
  });
  return {
    with: (more) => aTenant({ ...spec, ...more }, namespaces),
    suspended: (reason, message) =>
      aTenant({ ...spec, suspended: message === undefined ? { reason } : { reason, message } }, namespaces),
    finding: (namespace) => aTenant(spec, [...namespaces, namespace]),
    object,
    world: () => ({
      tenant: object(),
      operator: { namespace: "skypanel-system", name: "skypanel-operator" },
      settings: settingsOf(undefined),
      namespaces,
    }),
  };
}

/** A namespace as the cluster has it. */
export function aNamespace(name: string, annotations: Record<string, string> = {}, phase = "Active"): LiveNamespace {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, uid: `${name}-uid`, annotations },
    status: { phase },
  };
}
