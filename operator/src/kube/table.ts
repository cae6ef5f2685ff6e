import type { Key } from "./controller.ts";
import { frozen } from "./frozen.ts";
import { ownerUids } from "./inventory.ts";
import type { Live } from "./kube.ts";
import type { ChildKind } from "./resources.ts";
import { compareVersions } from "./versions.ts";

export type IndexFunction = (object: Live) => readonly string[];
/** `before` is absent for a new object, `after` for one that is gone; another uid under a name comes as both in turn. */
export type OnChange = (before: Live | undefined, after: Live | undefined) => void;

/** The cached objects of one resource, with indexes that are updated in the same turn as the objects. */
export interface Table {
  readonly resource: ChildKind;
  get(key: Key): Live | undefined;
  all(): Iterable<Live>;
  size(): number;
  byIndex(index: string, value: string): readonly Live[];
  /** Adds an index; objects already here are entered. */
  addIndex(name: string, of: IndexFunction): void;
  onChange(listener: OnChange): void;
  /** Called when the version moves, with or without a change. */
  onProgress(listener: () => void): void;
  /** How far the cluster's history is seen; undefined before the first list. */
  version(): string | undefined;
  put(object: Live): void;
  /** Forgets what is deleted, unless a newer object has its name. */
  remove(object: Live): void;
  progress(version: string): void;
  /** The collection is no more: all is removed, and nothing is known of its history. */
  clear(): void;
  /** Exchanges all objects in one turn: missing ones are removals. */
  replace(objects: readonly Live[], version: string): void;
}

/** "namespace/name", or "name" for a cluster-scoped object. */
export function keyOf({ metadata }: Live): Key {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

interface Index {
  readonly of: IndexFunction;
  readonly keys: Map<string, Set<Key>>;
}

function enter({ of, keys }: Index, key: Key, object: Live): void {
  for (const value of of(object)) {
    const set = keys.get(value);
    if (set === undefined) keys.set(value, new Set([key]));
    else set.add(key);
  }
}

function leave({ of, keys }: Index, key: Key, object: Live): void {
  for (const value of of(object)) {
    const set = keys.get(value);
    set?.delete(key);
    if (set?.size === 0) keys.delete(value);
  }
}

/** An empty table. It begins with the indexes `owner` and `uid`. */
export function table(resource: ChildKind): Table {
  const objects = new Map<Key, Live>();
  const indexes = new Map<string, Index>();
  const changed: OnChange[] = [];
  const progressed: (() => void)[] = [];
  let seen: string | undefined;

  const set = (key: Key, before: Live | undefined, after: Live | undefined) => {
    for (const index of indexes.values()) if (before !== undefined) leave(index, key, before);
    if (after === undefined) objects.delete(key);
    else objects.set(key, after);
    for (const index of indexes.values()) if (after !== undefined) enter(index, key, after);
    for (const listener of changed) listener(before, after);
  };
  const put = (object: Live, isCertain = false) => {
    const key = keyOf(object);
    const before = objects.get(key);
    if (before === undefined) return set(key, undefined, frozen(object));
    if (isOlder(object, before) && !isCertain) return;
    if (before.metadata.uid !== object.metadata.uid) {
      set(key, before, undefined); // another object under an old name: two facts, not a change
      set(key, undefined, frozen(object));
    } else if (!isSame(object, before)) set(key, before, frozen(object));
  };
  const remove = (gone: Live) => {
    const key = keyOf(gone);
    const before = objects.get(key);
    if (before !== undefined && (before.metadata.uid === gone.metadata.uid || isOlder(before, gone))) {
      set(key, before, undefined);
    }
  };
  const progress = (version: string) => {
    seen = version;
    for (const listener of progressed) listener();
  };
  const addIndex = (name: string, of: IndexFunction) => {
    const index: Index = { of, keys: new Map() };
    indexes.set(name, index);
    for (const [key, object] of objects) enter(index, key, object);
  };
  addIndex("owner", ownerUids);
  addIndex("uid", ({ metadata }) => (metadata.uid === undefined ? [] : [metadata.uid]));

  return {
    resource,
    get: (key) => objects.get(key),
    all: () => objects.values(),
    size: () => objects.size,
    byIndex: (name, value) => {
      const keys = indexes.get(name)?.keys.get(value) ?? [];
      return [...keys].map((key) => objects.get(key)).filter((object) => object !== undefined);
    },
    addIndex,
    onChange: (listener) => void changed.push(listener),
    onProgress: (listener) => void progressed.push(listener),
    version: () => seen,
    put: (object) => {
      put(object);
      if (object.metadata.resourceVersion !== undefined) progressed.forEach((listener) => void listener());
    },
    remove,
    progress,
    clear: () => {
      seen = undefined;
      for (const [key, object] of [...objects]) set(key, object, undefined);
    },
    replace: (fresh, version) => {
      const wentBack = (compareVersions(version, seen) ?? 0) < 0; // then what is newer here never was
      const kept = new Set(fresh.map(keyOf));
      for (const [key, object] of [...objects]) {
        const isNewer = (compareVersions(object.metadata.resourceVersion, version) ?? 0) > 0;
        if (!kept.has(key) && (wentBack || !isNewer)) set(key, object, undefined);
      }
      for (const object of fresh) put(object, wentBack);
      progress(version);
    },
  };
}

function isOlder(a: Live, b: Live): boolean {
  const order = compareVersions(a.metadata.resourceVersion, b.metadata.resourceVersion);
  return order !== undefined && order < 0;
}

function isSame({ metadata: a }: Live, { metadata: b }: Live): boolean {
  return a.resourceVersion !== undefined && a.resourceVersion === b.resourceVersion;
}
