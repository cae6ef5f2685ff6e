import { type Tenant, tenant as tenantKind } from "@skypanel/crds/kinds/tenant.ts";
import type { KubeObject } from "@skypanel/crds/meta.ts";
import type { Live } from "../kube/kube.ts";
import type { Place } from "./place.ts";
import type { FileProblem } from "./tree.ts";

/** Whose namespace is which, as a tree and the cluster say together. */
export interface TenantNamespaces {
  /** The namespace of a tenant; undefined if the tree has no such tenant. */
  of(tenant: string): string | undefined;
  /** The tenant that has the namespace `tenant` asks for; undefined: it may have it. */
  takenBy(tenant: string): string | undefined;
}

interface Files {
  readonly files: readonly { readonly place: Place; readonly object: KubeObject }[];
  readonly broken: readonly FileProblem[];
}

/**
 * The namespace of each tenant of the tree; that of one whose file is broken is what its object says. A namespace has one
 * tenant: the one that has it already, and nobody if two ask for it at the same time.
 */
export function tenantNamespaces({ files, broken }: Files, known: readonly Live[]): TenantNamespaces {
  const unread = new Set(broken.map(({ path }) => path));
  // All have passed Tenant's schema: at the API server, or in the parser.
  const live = known.filter(({ kind }) => kind === tenantKind.kind) as readonly Live[] as readonly Tenant[];
  const read = files.filter(({ place }) => place.kind === tenantKind).map(({ object }) => object as Tenant);
  const cached = live.filter(({ metadata }) => unread.has(`tenants/${metadata.name}.yaml`));
  const asked = new Map([...cached, ...read].map((one) => [one.metadata.name, namespaceOf(one)]));
  const held = live.filter((one) => asked.get(one.metadata.name) === namespaceOf(one));
  const holder = new Map(held.map((one) => [namespaceOf(one), one.metadata.name]));
  const askers = Map.groupBy(asked.keys(), (name) => asked.get(name) ?? "");
  return {
    of: (tenant) => asked.get(tenant),
    takenBy: (tenant) => {
      const namespace = asked.get(tenant) ?? "";
      if (holder.get(namespace) === tenant) return undefined;
      return holder.get(namespace) ?? askers.get(namespace)?.find((name) => name !== tenant);
    },
  };
}

function namespaceOf({ metadata, spec }: Tenant): string {
  return spec.namespace ?? `sp-${metadata.name}`;
}
