import { fromRfc3339, type Millis } from "@skypanel/crds/time.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import type { Key, Watch } from "./controller.ts";
import type { AnyController } from "./engine.ts";
import { canonical } from "./hash.ts";
import { ownerUidLabel } from "./inventory.ts";
import type { Live } from "./kube.ts";
import { type ChildKind, resourceOf } from "./resources.ts";
import type { Owner } from "./status.ts";
import type { Store } from "./store.ts";
import { keyOf } from "./table.ts";

/**
 * True if a change of one of our own objects needs a run: it is new or gone, or its generation, deletion, finalizers,
 * labels or annotations are others. Never its status, or every run would wake itself.
 */
export function isWoken(before: Live | undefined, after: Live | undefined): boolean {
  if (before === undefined || after === undefined) return true;
  return waking(before) !== waking(after);
}

function waking({ metadata }: Live): string {
  const { uid, generation, deletionTimestamp, finalizers = [], annotations = {}, labels = {} } = metadata;
  return canonical({ uid, generation, deletionTimestamp, finalizers, annotations, labels });
}

/** The objects of `owners` that a changed object of a watched kind concerns. */
export function keysWoken(watch: Watch, owners: ChildKind, store: Store, object: Live): readonly Key[] {
  return watch.keys === undefined ? ownersOf(owners, store, object) : watch.keys(object, store.reader);
}

/** By owner reference, and by our label, which survives if somebody strips the reference. */
function ownersOf(owners: ChildKind, store: Store, { metadata }: Live): readonly Key[] {
  const keys = new Set<Key>();
  for (const { apiVersion, kind, name } of metadata.ownerReferences ?? []) {
    if (kind !== owners.kind || !apiVersion.startsWith(`${owners.group}/`)) continue;
    keys.add(owners.namespaced ? `${metadata.namespace ?? ""}/${name}` : name);
  }
  const uid = metadata.labels?.[ownerUidLabel];
  if (uid !== undefined) for (const owner of store.table(owners).byIndex("uid", uid)) keys.add(keyOf(owner));
  return [...keys];
}

/** What is made of changes; nothing here may wait, for it runs inside the watch. */
interface Listeners {
  /** An object is seen for the first time; by its own status it failed so often and is not to be tried before that. */
  first(key: Key, failures: number, nextAttemptAt: Millis): void;
  changed(key: Key): void;
  /** Something the object depends on has changed. */
  observed(key: Key): void;
  gone(key: Key): void;
}

type Of = (object: Live) => readonly string[];

/**
 * Like `of`, but an object it cannot read costs that object alone: an object of an older schema must not end the watch
 * that brings all the others.
 */
function harmless(of: Of, log: Log): Of {
  return (object) => {
    try {
      return of(object);
    } catch (error) {
      log.warn({ err: error, kind: object.kind, key: keyOf(object) }, "an object could not be read");
      return [];
    }
  };
}

/** Enters the controller's indexes and follows the tables of its kind and of all it watches. */
export function listen(controller: AnyController, store: Store, log: Log, listeners: Listeners): void {
  const owners = resourceOf(controller.kind);
  const table = store.table(owners);
  for (const [index, of] of Object.entries(controller.indexes)) {
    table.addIndex(index, harmless(of as Of, log)); // the table holds objects of this kind
  }
  table.onChange((before, after) => {
    if (!isWoken(before, after)) return;
    if (after === undefined) return before && listeners.gone(keyOf(before));
    if (before !== undefined) return listeners.changed(keyOf(after));
    const { status } = after as Owner; // as above
    listeners.first(keyOf(after), status?.failures ?? 0, fromRfc3339(status?.nextAttemptAt ?? "") ?? 0);
  });
  for (const watch of controller.watches) {
    const watched = store.table(watch.resource);
    for (const [index, of] of Object.entries(watch.indexes ?? {})) watched.addIndex(index, harmless(of, log));
    const woken = harmless((object) => keysWoken(watch, owners, store, object), log);
    watched.onChange((before, after) => {
      // Once for whom both name, or each event would make two runs.
      const keys = [before, after].flatMap((object) => (object === undefined ? [] : woken(object)));
      for (const key of new Set(keys)) listeners.observed(key);
    });
  }
}
