import { app } from "@skypanel/crds/kinds/app.ts";
import { clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import { sealed } from "@skypanel/crds/kinds/sealed.ts";
import { tenant } from "@skypanel/crds/kinds/tenant.ts";
import { limits } from "@skypanel/crds/limits.ts";
import type { Kind } from "@skypanel/crds/meta.ts";

/** Kinds that come from git, in the order they are applied: what others stand on comes first. */
export const stateKinds: readonly Kind[] = [clusterSettings, tenant, sealed, app];

/** The file every tree must hold: without it the tree is not the cluster's, and nothing is removed. */
export const clusterFile = "cluster.yaml";

/** What a file is about, which its path alone decides. */
export interface Place {
  readonly path: string;
  readonly kind: Kind;
  readonly name: string;
  /** Whose namespace it is in; absent for cluster-scoped kinds. */
  readonly tenant?: string;
}

const folders: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["apps", app],
  ["secrets", sealed],
]);
// RFC 1123 labels: no dot, so no ".." and no hidden file.
const part = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** The place of `path`: `cluster.yaml`, `tenants/<tenant>.yaml` or `tenants/<tenant>/<folder>/<name>.yaml`. */
export function placeOf(path: string): Place | undefined {
  if (path === clusterFile) return { path, kind: clusterSettings, name: "default" };
  if (path.length > limits.desired.pathBytes || !path.endsWith(".yaml")) return undefined;
  const [root, owner = "", folder, name, ...more] = path.slice(0, -".yaml".length).split("/");
  if (root !== "tenants" || !part.test(owner) || more.length > 0) return undefined;
  if (folder === undefined) return { path, kind: tenant, name: owner };
  const kind = folders.get(folder);
  if (kind === undefined || name === undefined || !part.test(name)) return undefined;
  return { path, kind, name, tenant: owner };
}
