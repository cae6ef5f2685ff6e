import type { Ref, Resource } from "./kube.ts";

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The URL path of a collection, in one namespace or in all. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const { group, version, plural } = resource;
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const scope = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${plural}`;
}

/** The URL path of one object. Names come from users' objects, so they are encoded. */
export function objectPath({ resource, namespace, name }: Ref): string {
  return `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
}

/** `path` with its query; undefined parameters are left out. */
export function withQuery(path: string, query: Query): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  if (pairs.length === 0) return path;
  return `${path}?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&")}`;
}
