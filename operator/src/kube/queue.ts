import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Key } from "./controller.ts";
import { delayed } from "./delayed.ts";
import type { KubeMetrics } from "./metrics.ts";
import { turns } from "./turns.ts";

/** Why a key runs, most urgent first: a person changed it, something under it changed, it failed, time passed. */
export const priorities = ["user", "observed", "retry", "resync"] as const;
export type Priority = (typeof priorities)[number];

export interface Taken {
  readonly key: Key;
  readonly tenant: string;
  readonly priority: Priority;
}

/** Keys to be worked on. A key never runs twice at once and is never lost. */
export interface Queue {
  /** Adds a key, not to run before `notBefore` (monotonic). Added again, it keeps the more urgent and the earlier. */
  add(key: Key, tenant: string, priority: Priority, notBefore?: Millis): void;
  /** The next key; it is the caller's until `done`. Rejects with the signal's reason. */
  take(signal: AbortSignal): Promise<Taken>;
  done(key: Key): void;
  /** Keys that wait or run. */
  size(): number;
  stop(): void;
}

export interface QueueOptions {
  readonly name: string;
  readonly workers: number;
  readonly clock: Clock;
  readonly metrics: KubeMetrics;
}

interface Wish {
  tenant: string;
  priority: Priority;
  at: Millis;
}

interface Entry {
  state: "waiting" | "ready" | "running";
  wish: Wish;
  /** What was asked for while it ran. */
  again?: Wish;
  takenAt: Millis;
}

const settleMs: Millis = 200; // a rollout changes a child many times a second
const lowerEvery = 8;

function rank(priority: Priority): number {
  return priorities.indexOf(priority);
}

function merged(a: Wish | undefined, b: Wish): Wish {
  if (a === undefined) return b;
  return {
    tenant: b.tenant,
    priority: rank(a.priority) < rank(b.priority) ? a.priority : b.priority,
    at: Math.min(a.at, b.at),
  };
}

/** An empty queue for one controller. */
export function createQueue({ name, workers, clock, metrics }: QueueOptions): Queue {
  const entries = new Map<Key, Entry>();
  const ready = { user: turns(), observed: turns(), retry: turns(), resync: turns() };
  const running = new Map<string, number>(); // by tenant
  const ranAt = new Map<Key, Millis>(); // oldest first; only of the last 200 ms
  const takers = new Set<(taken: Taken) => void>();
  let takes = 0;

  const count = (change: 1 | -1, { priority }: Wish) => metrics.depth.inc({ name, priority }, change);
  const isFull = (tenant: string) => (running.get(tenant) ?? 0) >= Math.max(1, workers / 2);

  const choose = () => {
    const heads = priorities.flatMap((priority) => {
      const head = ready[priority].next(isFull);
      return head === undefined ? [] : [{ ...head, priority }];
    });
    // A full tenant goes only if nobody else waits.
    const free = heads.filter(({ tenant }) => !isFull(tenant));
    const [first, ...lower] = free.length > 0 ? free : heads;
    if (takes % lowerEvery !== lowerEvery - 1) return first;
    return lower.toSorted((a, b) => a.since - b.since)[0] ?? first;
  };
  const start = ({ key, tenant, priority }: Taken): Taken => {
    const entry = entries.get(key);
    const now = clock.monotonic();
    takes += 1;
    ready[priority].remove(key, tenant);
    ready[priority].served(tenant);
    running.set(tenant, (running.get(tenant) ?? 0) + 1);
    if (entry !== undefined) {
      count(-1, entry.wish);
      metrics.queueSeconds.observe({ name, priority }, Math.max(0, now - entry.wish.at) / 1000);
      entry.state = "running";
      entry.takenAt = now;
    }
    return { key, tenant, priority };
  };
  const serve = () => {
    for (const taker of takers) {
      const chosen = choose();
      if (chosen === undefined) return;
      takers.delete(taker);
      taker(start(chosen));
    }
  };

  const makeReady = (key: Key, entry: Entry) => {
    entry.state = "ready";
    ready[entry.wish.priority].add(key, entry.wish.tenant, entry.wish.at);
    serve();
  };
  const timers = delayed(clock, (key) => {
    const entry = entries.get(key);
    // The timer may be of an older, later wish: then the entry ran already or is due another time.
    if (entry?.state === "waiting" && entry.wish.at <= clock.monotonic()) makeReady(key, entry);
  });
  const place = (key: Key, entry: Entry) => {
    if (entry.wish.at <= clock.monotonic()) return makeReady(key, entry);
    entry.state = "waiting";
    timers.add(key, entry.wish.at);
  };
  const enter = (key: Key, wish: Wish) => {
    const entry: Entry = { state: "waiting", wish, takenAt: 0 };
    entries.set(key, entry);
    count(1, wish);
    place(key, entry);
  };
  const rearrange = (key: Key, entry: Entry, wish: Wish) => {
    if (entry.state === "ready") ready[entry.wish.priority].remove(key, entry.wish.tenant);
    count(-1, entry.wish);
    entry.wish = merged(entry.wish, wish);
    count(1, entry.wish);
    place(key, entry);
  };
  const forgetRuns = (now: Millis) => {
    for (const [key, at] of ranAt) {
      if (now - at < settleMs) return;
      ranAt.delete(key);
    }
  };

  return {
    add: (key, tenant, priority, notBefore = 0) => {
      metrics.adds.inc({ name, priority });
      const now = clock.monotonic();
      const settled = priority === "observed" ? (ranAt.get(key) ?? Number.NEGATIVE_INFINITY) + settleMs : 0;
      const wish: Wish = { tenant, priority, at: Math.max(now, notBefore, settled) };
      const entry = entries.get(key);
      if (entry === undefined) enter(key, wish);
      else if (entry.state === "running") entry.again = merged(entry.again, wish);
      else rearrange(key, entry, wish);
    },
    take: (signal) =>
      new Promise((resolve, reject) => {
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
      }),
    done: (key) => {
      const entry = entries.get(key);
      if (entry?.state !== "running") return;
      const now = clock.monotonic();
      const { tenant, priority } = entry.wish;
      const left = (running.get(tenant) ?? 1) - 1;
      if (left === 0) running.delete(tenant);
      else running.set(tenant, left);
      metrics.workSeconds.observe({ name, priority }, (now - entry.takenAt) / 1000);
      forgetRuns(now);
      ranAt.delete(key);
      ranAt.set(key, now);
      entries.delete(key);
      const { again } = entry;
      if (again !== undefined)
        enter(key, { ...again, at: again.priority === "observed" ? Math.max(again.at, now + settleMs) : again.at });
      serve();
    },
    size: () => entries.size,
    stop: () => timers.stop(),
  };
}
