import type { Key, Reader } from "./controller.ts";
import { isKubeError, type Kube, type Live, type Ref, type Resource } from "./kube.ts";
import { type ChildKind, resourceName } from "./resources.ts";
import { isStub } from "./shape.ts";
import { type Table, table } from "./table.ts";

/** The cache: one table per watched resource. */
export interface Store {
  /** The table of `resource`, made on first use. */
  table(resource: ChildKind): Table;
  tables(): Iterable<Table>;
  /** True if `resource` has a table, which means that it is watched. */
  isWatched(resource: Resource): boolean;
  /** Notes whether the cluster has an optional collection; until then it has not. */
  setServed(resource: ChildKind, isServed: boolean): void;
  reader: Reader;
}

/** The place of `ref` in its table. */
export function keyOfRef(ref: Pick<Ref, "namespace" | "name">): Key {
  return ref.namespace === undefined ? ref.name : `${ref.namespace}/${ref.name}`;
}

/** An empty cache; `kube` serves the consistent reads of what is not watched. */
export function createStore(kube: Pick<Kube, "get">): Store {
  const tables = new Map<string, Table>();
  const missing = new Set<string>();
  const find = (resource: Resource) => tables.get(resourceName(resource));
  const make = (resource: ChildKind) => {
    const made = find(resource) ?? table(resource);
    if (resource.optional && !tables.has(resourceName(resource))) missing.add(resourceName(resource));
    tables.set(resourceName(resource), made);
    return made;
  };
  // Tables hold what the API served under the resource's own kind; the caller names that kind's type.
  const shown = <T extends Live>(objects: Iterable<Live>) =>
    [...objects].filter((one) => !isStub(one)) as readonly Live[] as readonly T[];
  const cached = (ref: Ref) => find(ref.resource)?.get(keyOfRef(ref));

  const reader: Reader = {
    get: <T extends Live>(ref: Ref) => shown<T>([cached(ref)].filter((one) => one !== undefined))[0],
    list: <T extends Live>(resource: Resource) => shown<T>(find(resource)?.all() ?? []),
    byIndex: <T extends Live>(resource: Resource, index: string, value: string) =>
      shown<T>(find(resource)?.byIndex(index, value) ?? []),
    ownedBy: <T extends Live>(resource: Resource, uid: string) => shown<T>(find(resource)?.byIndex("owner", uid) ?? []),
    isForeign: (ref) => {
      const object = cached(ref);
      return object !== undefined && isStub(object);
    },
    isServed: (resource) => !missing.has(resourceName(resource)),
    fetch: async <T extends Live>(ref: Ref, signal: AbortSignal) => {
      try {
        return await kube.get<T>(ref, { signal });
      } catch (error) {
        if (isKubeError(error, "notFound")) return undefined; // a missing thing is a value
        throw error;
      }
    },
  };
  return {
    table: make,
    tables: () => tables.values(),
    isWatched: (resource) => find(resource) !== undefined && !missing.has(resourceName(resource)),
    setServed: (resource, isServed) => {
      if (isServed) missing.delete(resourceName(resource));
      else missing.add(resourceName(resource));
    },
    reader,
  };
}
