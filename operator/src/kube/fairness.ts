import type { Key } from "./controller.ts";
import { turns } from "./turns.ts";

/** Why a key runs, most urgent first: a person changed it, something under it changed, it failed, time passed. */
export const priorities = ["user", "observed", "retry", "resync"] as const;
export type Priority = (typeof priorities)[number];

export interface Taken {
  readonly key: Key;
  readonly tenant: string;
  readonly priority: Priority;
}

/** Keys that may run now, and the choice among them. */
export interface Fairness {
  add(taken: Taken, since: number): void;
  remove(taken: Taken): void;
  /** Takes out the key whose turn it is; it counts as its tenant's until `ended`. */
  take(): Taken | undefined;
  ended(tenant: string): void;
  /** Keys that may run, and tenants that do. */
  size(): number;
}

const lowerEvery = 8;

/**
 * The most urgent first, but every eighth time the oldest of the less urgent. Tenants take turns, and none holds more
 * than half of the workers while another waits.
 */
export function fairness(workers: number): Fairness {
  const ready = { user: turns(), observed: turns(), retry: turns(), resync: turns() };
  const running = new Map<string, number>(); // by tenant
  let takes = 0;

  const isFull = (tenant: string) => (running.get(tenant) ?? 0) >= Math.max(1, workers / 2);
  const each = (of: "next" | "oldest", among: readonly Priority[]) => {
    const all = among.flatMap((priority) => {
      const head = ready[priority][of](isFull);
      return head === undefined ? [] : [{ ...head, priority }];
    });
    const free = all.filter(({ tenant }) => !isFull(tenant));
    return free.length > 0 ? free : all; // a full tenant goes only if nobody else waits
  };
  const choose = () => {
    const [first] = each("next", priorities);
    if (first === undefined || takes % lowerEvery !== lowerEvery - 1) return first;
    const lower = each("oldest", priorities.slice(priorities.indexOf(first.priority) + 1));
    return (
      lower.filter(({ tenant }) => isFull(first.tenant) || !isFull(tenant)).sort((a, b) => a.since - b.since)[0] ??
      first
    );
  };
  const remove = ({ key, tenant, priority }: Taken) => ready[priority].remove(key, tenant);

  return {
    add: ({ key, tenant, priority }, since) => ready[priority].add(key, tenant, since),
    remove,
    take: () => {
      const chosen = choose();
      if (chosen === undefined) return undefined;
      const { key, tenant, priority } = chosen;
      takes += 1;
      remove(chosen);
      ready[priority].served(tenant);
      running.set(tenant, (running.get(tenant) ?? 0) + 1);
      return { key, tenant, priority };
    },
    ended: (tenant) => {
      const left = (running.get(tenant) ?? 1) - 1;
      if (left === 0) running.delete(tenant);
      else running.set(tenant, left);
    },
    size: () => Object.values(ready).reduce((sum, { tenants }) => sum + tenants(), running.size),
  };
}
