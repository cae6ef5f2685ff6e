import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Key } from "./controller.ts";
import { isKubeError, type Kube, type Live, type Ref, type Resource } from "./kube.ts";
import type { KubeMetrics } from "./metrics.ts";
import { resourceName } from "./resources.ts";
import { shapeOf } from "./shape.ts";
import { keyOfRef, type Store } from "./store.ts";
import type { Table } from "./table.ts";
import { hasReached } from "./versions.ts";

/**
 * Remembers our own writes, so that no key is decided on again from a cache that has not seen them yet: that is how
 * second creates and reverts happen. What is not watched is not its business: it is read before every decision.
 */
export interface Guard {
  /** The owner wrote `object`, which the cache will show at its version or a later one. */
  wrote(owner: Key, ref: Ref, object: Live): void;
  /** The owner deleted the object of this uid. */
  deleted(owner: Key, ref: Ref, uid: string): void;
  /** A write was refused, for the object is no longer at `version`: the cache will show that too. */
  outdated(owner: Key, ref: Ref, version: string): void;
  /** Only a consistent read tells what is: a write got no reply. */
  unsure(owner: Key, ref: Ref): void;
  /** True if the cache has seen all the owner wrote. */
  isClear(owner: Key): boolean;
  /** True if the owner may run: it is clear, or there is nothing left to wait for and `catchUp` must read. */
  mayRun(owner: Key): boolean;
  /** Calls `run` once the owner may run: after 5 s at the latest. */
  whenReady(owner: Key, run: () => void): void;
  /** Reads what is not yet seen into the cache, consistently. True if there was something. */
  catchUp(owner: Key, kube: Pick<Kube, "get">, signal: AbortSignal): Promise<boolean>;
  /** The owner is gone. */
  forget(owner: Key): void;
  size(): number;
}

interface Pending {
  readonly ref: Ref;
  readonly table: Table;
  readonly isSeen: () => boolean;
  /** From when on it is read rather than waited for (monotonic). */
  readonly until: Millis;
}

export interface GuardOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly metrics: KubeMetrics;
}

const patienceMs: Millis = 5_000;

/** A guard over the tables of `store`. */
export function createGuard({ store, clock, metrics }: GuardOptions): Guard {
  const pending = new Map<Key, Map<string, Pending>>();
  const parked = new Map<Key, { runs: (() => void)[]; cancel: () => void }>();
  const listened = new Set<Table>();

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
  const isOverdue = ({ until }: Pending) => until <= clock.monotonic();
  const mayRun = (owner: Key) => isClear(owner) || [...(pending.get(owner)?.values() ?? [])].some(isOverdue);
  const listen = (table: Table) => {
    if (listened.has(table)) return;
    listened.add(table);
    const look = () => {
      for (const owner of [...parked.keys()]) if (isClear(owner)) release(owner);
    };
    table.onChange(look);
    table.onProgress(look);
  };
  const remember = (owner: Key, ref: Ref, isSeenIn: (table: Table) => boolean, waitMs = patienceMs) => {
    const table = tableOf(store, ref.resource);
    if (table === undefined || isSeenIn(table)) return;
    listen(table);
    const writes = pending.get(owner) ?? new Map<string, Pending>();
    pending.set(owner, writes);
    const isSeen = () => isSeenIn(table);
    const until = clock.monotonic() + waitMs;
    writes.set(`${resourceName(ref.resource)}/${keyOfRef(ref)}`, { ref, table, isSeen, until });
  };

  return {
    wrote: (owner, ref, { metadata: { resourceVersion = "" } }) => {
      const key = keyOfRef(ref);
      remember(owner, ref, (table) =>
        [table.get(key)?.metadata.resourceVersion, table.version()].some((seen) => hasReached(seen, resourceVersion)),
      );
    },
    deleted: (owner, ref, uid) => {
      remember(owner, ref, (table) => {
        const held = table.get(keyOfRef(ref));
        return held?.metadata.uid !== uid || held.metadata.deletionTimestamp !== undefined;
      });
    },
    outdated: (owner, ref, version) => {
      remember(owner, ref, (table) => table.get(keyOfRef(ref))?.metadata.resourceVersion !== version);
    },
    unsure: (owner, ref) => remember(owner, ref, () => false, 0),
    isClear,
    mayRun,
    whenReady: (owner, run) => {
      if (mayRun(owner)) return run();
      const waiting = parked.get(owner);
      if (waiting !== undefined) return void waiting.runs.push(run);
      const first = Math.min(...[...(pending.get(owner)?.values() ?? [])].map(({ until }) => until));
      parked.set(owner, { runs: [run], cancel: clock.setTimer(first - clock.monotonic(), () => release(owner)) });
      metrics.guardParked.set(parked.size);
    },
    catchUp: async (owner, kube, signal) => {
      if (isClear(owner)) return false;
      for (const [id, write] of [...(pending.get(owner) ?? [])]) {
        metrics.guardTimeouts.inc();
        await readBack(write, kube, signal);
        pending.get(owner)?.delete(id);
      }
      return true;
    },
    forget: (owner) => {
      pending.delete(owner);
      release(owner);
    },
    size: () => pending.size + parked.size,
  };
}

function tableOf(store: Store, resource: Resource): Table | undefined {
  if (!store.isWatched(resource)) return undefined;
  return [...store.tables()].find((table) => resourceName(table.resource) === resourceName(resource));
}

async function readBack({ ref, table }: Pending, kube: Pick<Kube, "get">, signal: AbortSignal): Promise<void> {
  const before = table.get(keyOfRef(ref));
  try {
    table.put(shapeOf(table.resource)(await kube.get(ref, { signal })));
  } catch (error) {
    if (!isKubeError(error, "notFound")) throw error;
    // What has come meanwhile under the name is newer than this answer.
    if (before !== undefined && table.get(keyOfRef(ref))?.metadata.uid === before.metadata.uid) table.remove(before);
  }
}
