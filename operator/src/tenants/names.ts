import type { Tenant } from "@skypanel/crds/kinds/tenant.ts";

/** The namespaces of a tenant: `run` for its apps, `builds` for its builds. */
export function namespacesOf({ metadata, spec }: Tenant): { run: string; builds: string } {
  const run = spec.namespace ?? `sp-${metadata.name}`;
  return { run, builds: `${run}-builds` };
}

/**
 * The name of what a tenant has in its namespaces. The dot keeps it apart from everything an app makes there: the
 * name of an app holds none.
 */
export function partName(part: string): string {
  return `skypanel.${part}`;
}
