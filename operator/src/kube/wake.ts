import type { Key, Watch } from "./controller.ts";
import { canonical } from "./hash.ts";
import { ownerUidLabel } from "./inventory.ts";
import type { Live } from "./kube.ts";
import type { ChildKind } from "./resources.ts";
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
