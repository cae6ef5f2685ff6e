import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Key } from "./controller.ts";
import { delayed } from "./delayed.ts";
import { fairness, type Priority, priorities, type Taken } from "./fairness.ts";
import type { KubeMetrics } from "./metrics.ts";

/** Keys to be worked on. A key never runs twice at once and is never lost. */
export interface Queue {
  /** Adds a key, not to run before `notBefore` (monotonic). Added again, it keeps the more urgent and the earlier. */
  add(key: Key, tenant: string, priority: Priority, notBefore?: Millis): void;
  /** The next key; it is the caller's until `done`. Rejects with the signal's reason. */
  take(signal: AbortSignal): Promise<Taken>;
  done(key: Key): void;
  /** The key is of nothing any more: it does not run again. */
  forget(key: Key): void;
  /** Keys that wait or run. */
  size(): number;
  /** All it remembers, of keys and of tenants; nothing when nothing waits, runs or has just run. */
  traces(): number;
  stop(): void;
}

export interface QueueOptions {
  readonly name: string;
  readonly workers: number;
  readonly clock: Clock;
  readonly metrics: KubeMetrics;
}

interface Wish {
  readonly tenant: string;
  readonly priority: Priority;
  readonly at: Millis;
}

interface Entry {
  state: "waiting" | "ready" | "running";
  wish: Wish;
  /** What was asked for while it ran. */
  again?: Wish | undefined;
  takenAt: Millis;
}

const settleMs: Millis = 200; // a rollout changes a child many times a second

function merged(a: Wish | undefined, b: Wish): Wish {
  if (a === undefined) return b;
  const isMoreUrgent = priorities.indexOf(a.priority) < priorities.indexOf(b.priority);
  return { tenant: b.tenant, priority: isMoreUrgent ? a.priority : b.priority, at: Math.min(a.at, b.at) };
}

function isSame(a: Wish, b: Wish): boolean {
  return a.tenant === b.tenant && a.priority === b.priority && a.at === b.at;
}

/** When each key last ran, for as long as that matters. */
function recentRuns(clock: Clock) {
  const ranAt = new Map<Key, Millis>(); // oldest first
  const sweep = () => {
    for (const [key, at] of ranAt) {
      if (clock.monotonic() - at < settleMs) return;
      ranAt.delete(key);
    }
  };
  return {
    note: (key: Key) => {
      sweep();
      ranAt.delete(key);
      ranAt.set(key, clock.monotonic());
    },
    forget: (key: Key) => void ranAt.delete(key),
    size: () => {
      sweep();
      return ranAt.size;
    },
    /** A child's event waits until the object has settled after its last run. */
    settled: (key: Key, { priority, ...wish }: Wish): Wish => {
      const last = priority === "observed" ? ranAt.get(key) : undefined;
      return { ...wish, priority, at: Math.max(wish.at, last === undefined ? 0 : last + settleMs) };
    },
  };
}

/** An empty queue for one controller. */
export function createQueue({ name, workers, clock, metrics }: QueueOptions): Queue {
  const entries = new Map<Key, Entry>();
  const ready = fairness(workers);
  const runs = recentRuns(clock);
  const takers = new Set<(taken: Taken) => void>();
  const count = (change: 1 | -1, { priority }: Wish) => metrics.depth.inc({ name, priority }, change);

  const start = (taken: Taken): Taken => {
    const entry = entries.get(taken.key);
    if (entry === undefined) return taken;
    const { priority } = taken;
    count(-1, entry.wish);
    entry.state = "running";
    entry.takenAt = clock.monotonic();
    metrics.queueSeconds.observe({ name, priority }, Math.max(0, entry.takenAt - entry.wish.at) / 1000);
    return taken;
  };
  const serve = () => {
    for (const taker of takers) {
      const taken = ready.take();
      if (taken === undefined) return;
      takers.delete(taker);
      taker(start(taken));
    }
  };
  const makeReady = (key: Key, entry: Entry) => {
    entry.state = "ready";
    ready.add({ key, ...entry.wish }, entry.wish.at);
    serve();
  };
  const timers = delayed(clock, (key) => {
    const entry = entries.get(key);
    if (entry !== undefined) makeReady(key, entry);
  });
  const place = (key: Key, entry: Entry) => {
    count(1, entry.wish);
    if (entry.wish.at <= clock.monotonic()) return makeReady(key, entry);
    entry.state = "waiting";
    timers.add(key, entry.wish.at);
  };
  const unplace = (key: Key, entry: Entry) => {
    count(-1, entry.wish);
    if (entry.state === "ready") ready.remove({ key, ...entry.wish });
    else timers.remove(key);
  };
  const enter = (key: Key, wish: Wish) => {
    const entry: Entry = { state: "waiting", wish, takenAt: 0 };
    entries.set(key, entry);
    place(key, entry);
  };

  return {
    add: (key, tenant, priority, notBefore = 0) => {
      metrics.adds.inc({ name, priority });
      const wish = runs.settled(key, { tenant, priority, at: Math.max(clock.monotonic(), notBefore) });
      const entry = entries.get(key);
      if (entry === undefined) return enter(key, wish);
      if (entry.state === "running") {
        entry.again = merged(entry.again, wish);
        return;
      }
      const both = merged(entry.wish, wish);
      if (isSame(both, entry.wish)) return; // or a key that is wanted again and again would never be first in line
      unplace(key, entry);
      entry.wish = both;
      place(key, entry);
    },
    take: (signal) => taking(signal, takers, serve),
    done: (key) => {
      const entry = entries.get(key);
      if (entry?.state !== "running") return;
      const { tenant, priority } = entry.wish;
      metrics.workSeconds.observe({ name, priority }, (clock.monotonic() - entry.takenAt) / 1000);
      ready.ended(tenant);
      runs.note(key);
      entries.delete(key);
      if (entry.again !== undefined) enter(key, runs.settled(key, entry.again));
      serve();
    },
    forget: (key) => {
      const entry = entries.get(key);
      runs.forget(key);
      if (entry?.state === "running") entry.again = undefined;
      else if (entry !== undefined) {
        unplace(key, entry);
        entries.delete(key);
      }
    },
    size: () => entries.size,
    traces: () => entries.size + ready.size() + timers.size() + runs.size(),
    stop: () => timers.stop(),
  };
}

/** Waits in line for a key, or until the signal. */
function taking(signal: AbortSignal, takers: Set<(taken: Taken) => void>, serve: () => void): Promise<Taken> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const taker = (taken: Taken) => {
      signal.removeEventListener("abort", abandoned);
      resolve(taken);
    };
    const abandoned = () => {
      takers.delete(taker);
      reject(signal.reason);
    };
    signal.addEventListener("abort", abandoned, { once: true });
    takers.add(taker);
    serve();
  });
}
