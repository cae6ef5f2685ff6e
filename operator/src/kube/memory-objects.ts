import { toRfc3339 } from "@skypanel/crds/time.ts";
import type { Clock } from "@skypanel/runtime/clock.ts";
import { canonical } from "./hash.ts";
import { type JsonObject, KubeError, type Live, type Ref, type Resource } from "./kube.ts";
import type { Owners } from "./memory-apply.ts";
import { apiVersionOf, resourceName } from "./resources.ts";
import { keyOfRef } from "./store.ts";

export type Stored = Live & JsonObject;

interface Entry {
  readonly ref: Ref;
  readonly object: Stored;
  readonly owners: Owners;
}

type OnChange = (ref: Ref, type: "added" | "modified" | "deleted", object: Stored, before: Stored) => void;

/** The objects of the in-memory API server, and what the server does with them by itself: versions, uids, finalizers, collection. */
export function memoryObjects(clock: Pick<Clock, "now">, onChange: OnChange) {
  const entries = new Map<string, Entry>();
  let version = 100;
  let uids = 0;
  const id = (ref: Ref) => `${resourceName(ref.resource)}/${keyOfRef(ref)}`;
  const all = () => [...entries.values()];
  const namespace = (name: string | undefined) =>
    all().find(({ ref }) => ref.resource.plural === "namespaces" && ref.name === name);

  const store = (entry: Entry, before: Stored, type: "added" | "modified" | "deleted"): Stored => {
    version += 1;
    const object = withMetadata(entry.object, { resourceVersion: String(version) });
    if (type === "deleted") entries.delete(id(entry.ref));
    else entries.set(id(entry.ref), { ...entry, object });
    onChange(entry.ref, type, object, before);
    return object;
  };
  const vanish = (entry: Entry) => {
    store(entry, entry.object, "deleted");
    for (const child of all()) {
      const { ownerReferences = [] } = child.object.metadata;
      if (ownerReferences.length > 0 && ownerReferences.every(({ uid }) => uid === entry.object.metadata.uid))
        erase(child);
    }
    settleNamespace(entry.ref.namespace);
  };
  const isOrphan = ({ metadata: { ownerReferences = [] } }: Stored) =>
    ownerReferences.length > 0 &&
    ownerReferences.every(({ uid }) => all().every(({ object }) => object.metadata.uid !== uid));
  const settleNamespace = (name: string | undefined) => {
    const home = namespace(name);
    const isLeaving = home?.object.metadata.deletionTimestamp !== undefined;
    if (home !== undefined && isLeaving && !all().some(({ ref }) => ref.namespace === name)) vanish(home);
  };
  const erase = (entry: Entry) => {
    const isNamespace = entry.ref.resource.plural === "namespaces";
    const { finalizers = [], deletionTimestamp } = entry.object.metadata;
    if (!isNamespace && finalizers.length === 0) return vanish(entry);
    if (deletionTimestamp === undefined) {
      const object = withMetadata(entry.object, { deletionTimestamp: toRfc3339(clock.now()) });
      store({ ...entry, object }, entry.object, "modified");
    }
    if (!isNamespace) return;
    for (const child of all()) if (child.ref.namespace === entry.ref.name) erase(child);
    settleNamespace(entry.ref.name);
  };
  const checkPlace = ({ namespace: name, resource }: Ref) => {
    if (name === undefined) return;
    const home = namespace(name);
    if (home === undefined) throw new KubeError("notFound", `namespaces "${name}" not found`, { status: 404 });
    if (home.object.metadata.deletionTimestamp === undefined) return;
    throw new KubeError("terminating", `${resource.plural} cannot be created in a namespace that goes`, {
      status: 403,
    });
  };

  return {
    version: () => String(version),
    /** The collection, in the order in which the API lists it. */
    of: (resource: Resource) =>
      all()
        .filter(({ ref }) => resourceName(ref.resource) === resourceName(resource))
        .sort((a, b) => (keyOfRef(a.ref) < keyOfRef(b.ref) ? -1 : 1)),
    find: (ref: Ref) => entries.get(id(ref)),
    /** The object, or `notFound`; `conflict` if it is not the one of the precondition. */
    get: (ref: Ref, wanted: { uid?: string | undefined; resourceVersion?: string | undefined } = {}): Entry => {
      const entry = entries.get(id(ref));
      if (entry === undefined)
        throw new KubeError("notFound", `${ref.resource.plural} "${ref.name}" not found`, { status: 404 });
      const { uid, resourceVersion } = entry.object.metadata;
      const isOther = wanted.uid !== undefined && wanted.uid !== uid;
      const isOld = wanted.resourceVersion !== undefined && wanted.resourceVersion !== resourceVersion;
      if (isOther || isOld) throw new KubeError("conflict", "the object has been modified", { status: 409 });
      return entry;
    },
    /** An object to be completed by the apply that makes it. */
    blank: (ref: Ref): Entry => {
      checkPlace(ref);
      uids += 1;
      const place = ref.namespace === undefined ? {} : { namespace: ref.namespace };
      const made = { uid: `uid-${uids}`, generation: 1, creationTimestamp: toRfc3339(clock.now()) };
      const object = {
        apiVersion: apiVersionOf(ref.resource),
        kind: ref.resource.kind,
        metadata: { name: ref.name, ...place, ...made },
      };
      return { ref, object: object as Live as Stored, owners: new Map() }; // plain JSON
    },
    /** Stores what an apply made of `entry`. Nothing happens if it is the same. */
    save: (entry: Entry, object: Stored, owners: Owners): { object: Stored; created: boolean } => {
      const created = !entries.has(id(entry.ref));
      if (!created && canonical(object) === canonical(entry.object)) {
        entries.set(id(entry.ref), { ...entry, owners });
        return { object: entry.object, created };
      }
      const isAsked = !created && canonical(asked(object)) !== canonical(asked(entry.object));
      const generation = (entry.object.metadata.generation ?? 1) + (isAsked ? 1 : 0);
      const next = { ref: entry.ref, object: withMetadata(object, { generation }), owners };
      const stored = store(next, entry.object, created ? "added" : "modified");
      const { deletionTimestamp, finalizers = [] } = stored.metadata;
      if (deletionTimestamp !== undefined && finalizers.length === 0) vanish({ ...next, object: stored });
      // The collector also finds what was made for an owner that was gone by then.
      else if (created && isOrphan(stored)) erase({ ...next, object: stored });
      return { object: stored, created };
    },
    erase,
  };
}

function withMetadata(object: Stored, change: Partial<Live["metadata"]>): Stored {
  return { ...object, metadata: { ...object.metadata, ...change } } as Stored; // still plain JSON
}

/** What a change of raises the generation. */
function asked({ metadata: _, status: __, ...rest }: Stored): JsonObject {
  return rest;
}
