import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import type { Key } from "./controller.ts";
import { isKubeError, type Kube, type Live, type Ref } from "./kube.ts";
import type { KubeMetrics } from "./metrics.ts";
import { type ChildKind, resourceName } from "./resources.ts";
import { shapeOf } from "./shape.ts";
import { keyOfRef, type Store } from "./store.ts";
import { hasReached } from "./versions.ts";

/** Where a write of ours went. Only watched resources can be waited for. */
export type Written = Ref & { readonly resource: ChildKind };

/**
 * Remembers our own writes, so that no key is decided on again from a cache that has not seen them yet: that is how
 * second creates and reverts happen.
 */
export interface Guard {
  /** The owner wrote `object`, which the cache will show at its version or a later one. */
  wrote(owner: Key, ref: Written, object: Live): void;
  /** The owner deleted the object of this uid. */
  deleted(owner: Key, ref: Written, uid: string): void;
  /** A write got no reply: only a consistent read tells what is. */
  unsure(owner: Key, ref: Written): void;
  isClear(owner: Key): boolean;
  /** Calls `run` once the owner is clear: at the latest after 5 s and one consistent read per write. */
  whenClear(owner: Key, run: () => void): void;
  /** The owner is gone. */
  forget(owner: Key): void;
  size(): number;
}

interface Pending {
  readonly ref: Written;
  readonly isSeen: () => boolean;
}

export interface GuardOptions {
  readonly kube: Pick<Kube, "get">;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: KubeMetrics;
}

const patienceMs: Millis = 5_000;

/** A guard over the tables of `store`; it must be told of every table that writes go to, which `wrote` does itself. */
export function createGuard({ kube, store, clock, log, metrics }: GuardOptions): Guard {
  const pending = new Map<Key, Map<string, Pending>>();
  const parked = new Map<Key, { runs: (() => void)[]; cancel: () => void }>();
  const listened = new Set<string>();

  const release = (owner: Key) => {
    const waiting = parked.get(owner);
    parked.delete(owner);
    metrics.guardParked.set(parked.size);
    waiting?.cancel();
    for (const run of waiting?.runs ?? []) run();
  };
  const isClear = (owner: Key): boolean => {
    const writes = pending.get(owner);
    if (writes === undefined) return true;
    for (const [id, { isSeen }] of writes) if (isSeen()) writes.delete(id);
    if (writes.size > 0) return false;
    pending.delete(owner);
    return true;
  };
  const listen = (ref: Written) => {
    const table = store.table(ref.resource);
    if (listened.has(resourceName(ref.resource))) return table;
    listened.add(resourceName(ref.resource));
    const look = () => {
      for (const owner of [...parked.keys()]) if (isClear(owner)) release(owner);
    };
    table.onChange(look);
    table.onProgress(look);
    return table;
  };
  const remember = (owner: Key, ref: Written, isSeen: () => boolean) => {
    if (isSeen()) return;
    const writes = pending.get(owner) ?? new Map<string, Pending>();
    pending.set(owner, writes);
    writes.set(`${resourceName(ref.resource)}/${keyOfRef(ref)}`, { ref, isSeen });
  };
  const readBack = async (owner: Key) => {
    for (const { ref } of [...(pending.get(owner)?.values() ?? [])]) {
      metrics.guardTimeouts.inc();
      const table = store.table(ref.resource);
      try {
        table.put(shapeOf(ref.resource)(await kube.get(ref)));
      } catch (error) {
        if (!isKubeError(error, "notFound")) throw error;
        const held = table.get(keyOfRef(ref));
        if (held !== undefined) table.remove(held);
      }
    }
    pending.delete(owner);
  };
  const giveUp = (owner: Key) => {
    readBack(owner).then(
      () => release(owner),
      (error: unknown) => {
        // The API is away; the key stays parked, for what it would decide on is unknown.
        log.warn({ key: owner, err: error }, "own writes could not be read back");
        const waiting = parked.get(owner);
        if (waiting !== undefined) waiting.cancel = clock.setTimer(patienceMs, () => giveUp(owner));
      },
    );
  };

  return {
    wrote: (owner, ref, { metadata }) => {
      const table = listen(ref);
      const version = metadata.resourceVersion ?? "";
      const isSeen = () =>
        hasReached(table.get(keyOfRef(ref))?.metadata.resourceVersion, version) || hasReached(table.version(), version);
      remember(owner, ref, isSeen);
    },
    deleted: (owner, ref, uid) => {
      const table = listen(ref);
      remember(owner, ref, () => {
        const held = table.get(keyOfRef(ref));
        return held?.metadata.uid !== uid || held.metadata.deletionTimestamp !== undefined;
      });
    },
    unsure: (owner, ref) => {
      listen(ref);
      remember(owner, ref, () => false);
    },
    isClear,
    whenClear: (owner, run) => {
      if (isClear(owner)) return run();
      const waiting = parked.get(owner);
      if (waiting !== undefined) return void waiting.runs.push(run);
      parked.set(owner, { runs: [run], cancel: clock.setTimer(patienceMs, () => giveUp(owner)) });
      metrics.guardParked.set(parked.size);
    },
    forget: (owner) => {
      pending.delete(owner);
      release(owner);
    },
    size: () => pending.size + parked.size,
  };
}
