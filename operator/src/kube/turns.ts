import type { Key } from "./controller.ts";

/** A key that may run now: of whom, and since when. */
export interface Turn {
  readonly key: Key;
  readonly tenant: string;
  readonly since: number;
}

/** Keys that may run now, of one priority: within it tenants take turns, and a tenant's keys go in order of arrival. */
export interface Turns {
  add(key: Key, tenant: string, since: number): void;
  remove(key: Key, tenant: string): void;
  /** Whose turn it is, passing over tenants that `isFull` names as long as another waits. */
  next(isFull: (tenant: string) => boolean): Turn | undefined;
  /** The one that has waited longest, by the same rule. */
  oldest(isFull: (tenant: string) => boolean): Turn | undefined;
  /** Moves a tenant behind the others. */
  served(tenant: string): void;
  tenants(): number;
}

/** An empty order. What `next` and `oldest` cost grows with the tenants, all else costs the same however many wait. */
export function turns(): Turns {
  const waiting = new Map<string, Map<Key, number>>(); // insertion order is the order of turns

  const heads = function* (): Generator<Turn> {
    for (const [tenant, keys] of waiting) {
      const [head] = keys;
      if (head !== undefined) yield { tenant, key: head[0], since: head[1] };
    }
  };

  return {
    add: (key, tenant, since) => {
      const keys = waiting.get(tenant);
      if (keys === undefined) waiting.set(tenant, new Map([[key, since]]));
      else keys.set(key, since);
    },
    remove: (key, tenant) => {
      const keys = waiting.get(tenant);
      keys?.delete(key);
      if (keys?.size === 0) waiting.delete(tenant);
    },
    next: (isFull) => {
      let full: Turn | undefined;
      for (const head of heads()) {
        if (!isFull(head.tenant)) return head;
        full ??= head;
      }
      return full;
    },
    oldest: (isFull) => {
      const all = [...heads()];
      const free = all.filter(({ tenant }) => !isFull(tenant));
      return (free.length > 0 ? free : all).toSorted((a, b) => a.since - b.since)[0];
    },
    served: (tenant) => {
      const keys = waiting.get(tenant);
      if (keys === undefined) return;
      waiting.delete(tenant);
      waiting.set(tenant, keys);
    },
    tenants: () => waiting.size,
  };
}
