import type { Millis } from "@skypanel/runtime/clock.ts";
import { type Priority, priorities, type Taken } from "./fairness.ts";

interface Wish {
  tenant: string;
  priority: Priority;
  at: Millis;
}

interface Entry extends Wish {
  key: string;
  isRunning: boolean;
  again: Wish | undefined;
}

const settleMs = 200;

/**
 * The queue as its contract says it, in lists and searches instead of heaps and maps: what a real one is compared with
 * after every step.
 */
export class QueueModel {
  now: Millis = 0;
  entries: Entry[] = [];
  #takes = 0;
  readonly #workers: number;
  readonly #ranAt = new Map<string, Millis>();
  /** Per priority: keys in order of arrival, and tenants in the order of their turns. */
  #lines = new Map(priorities.map((priority) => [priority, { keys: [] as Entry[], tenants: [] as string[] }]));

  constructor(workers: number) {
    this.#workers = workers;
  }

  add(key: string, tenant: string, priority: Priority, at: Millis): void {
    const wish = this.#settled(key, { tenant, priority, at: Math.max(this.now, at) });
    const entry = this.entries.find((one) => one.key === key);
    if (entry === undefined) this.#enter(key, wish);
    else if (entry.isRunning) entry.again = entry.again === undefined ? wish : both(entry.again, wish);
    else this.#change(entry, both(entry, wish));
  }

  /** Time passes: whatever is due by `to` becomes ready, in the order of its time. */
  pass(to: Millis): void {
    const due = this.entries.filter(({ at, isRunning }) => !isRunning && at > this.now && at <= to);
    for (const entry of due.sort((a, b) => a.at - b.at)) {
      this.now = entry.at;
      this.#join(entry);
    }
    this.now = to;
  }

  take(): Taken | undefined {
    const isFull = ({ tenant }: Wish) =>
      this.entries.filter((one) => one.isRunning && one.tenant === tenant).length >= this.#workers / 2;
    const heads = [...this.#lines.values()].flatMap(({ keys, tenants }) =>
      tenants.flatMap((tenant) => keys.find((one) => one.tenant === tenant) ?? []),
    );
    const free = heads.filter((head) => !isFull(head));
    const [first, ...rest] = free.length > 0 ? free : heads;
    if (first === undefined) return undefined;
    const lower = rest.filter(({ priority }) => priority !== first.priority);
    const oldest = lower.reduce<Entry | undefined>((a, b) => (a === undefined || b.at < a.at ? b : a), undefined);
    this.#takes += 1;
    const chosen = this.#takes % 8 === 0 ? (oldest ?? first) : first;
    this.#leave(chosen);
    const line = this.#lines.get(chosen.priority);
    if (line?.tenants.includes(chosen.tenant)) {
      line.tenants = [...line.tenants.filter((one) => one !== chosen.tenant), chosen.tenant];
    }
    chosen.isRunning = true;
    return { key: chosen.key, tenant: chosen.tenant, priority: chosen.priority };
  }

  done(key: string): void {
    const entry = this.entries.find((one) => one.key === key && one.isRunning);
    if (entry === undefined) return;
    this.entries = this.entries.filter((one) => one !== entry);
    this.#ranAt.set(key, this.now);
    if (entry.again !== undefined) this.#enter(key, this.#settled(key, entry.again));
  }

  forget(key: string): void {
    this.#ranAt.delete(key);
    const entry = this.entries.find((one) => one.key === key);
    if (entry?.isRunning) entry.again = undefined;
    else if (entry !== undefined) {
      this.#leave(entry);
      this.entries = this.entries.filter((one) => one !== entry);
    }
  }

  #settled(key: string, wish: Wish): Wish {
    const ranAt = this.#ranAt.get(key);
    if (wish.priority !== "observed" || ranAt === undefined || this.now - ranAt >= settleMs) return wish;
    return { ...wish, at: Math.max(wish.at, ranAt + settleMs) };
  }

  #enter(key: string, wish: Wish): void {
    const entry = { key, ...wish, isRunning: false, again: undefined };
    this.entries.push(entry);
    if (entry.at <= this.now) this.#join(entry);
  }

  #change(entry: Entry, wish: Wish): void {
    const isSame = entry.tenant === wish.tenant && entry.priority === wish.priority && entry.at === wish.at;
    if (isSame) return;
    this.#leave(entry);
    Object.assign(entry, wish);
    if (entry.at <= this.now) this.#join(entry);
  }

  #join(entry: Entry): void {
    const line = this.#lines.get(entry.priority);
    line?.keys.push(entry);
    if (!line?.tenants.includes(entry.tenant)) line?.tenants.push(entry.tenant);
  }

  #leave(entry: Entry): void {
    const line = this.#lines.get(entry.priority);
    if (line === undefined) return;
    line.keys = line.keys.filter((one) => one !== entry);
    if (!line.keys.some(({ tenant }) => tenant === entry.tenant)) {
      line.tenants = line.tenants.filter((one) => one !== entry.tenant);
    }
  }
}

/** The more urgent and the earlier of two wishes, for whom the later says. */
function both(a: Wish, b: Wish): Wish {
  const [rankA, rankB] = [priorities.indexOf(a.priority), priorities.indexOf(b.priority)];
  return { tenant: b.tenant, priority: rankB < rankA ? b.priority : a.priority, at: Math.min(a.at, b.at) };
}
