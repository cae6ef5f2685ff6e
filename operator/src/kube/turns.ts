import type { Key } from "./controller.ts";

/** Keys that may run now, of one priority: within it tenants take turns, and a tenant's keys go in order of arrival. */
export interface Turns {
  add(key: Key, tenant: string, since: number): void;
  remove(key: Key, tenant: string): void;
  /** Whose turn it is, passing over tenants that `isFull` names as long as another waits. */
  next(isFull: (tenant: string) => boolean): { key: Key; tenant: string; since: number } | undefined;
  /** Moves a tenant behind the others. */
  served(tenant: string): void;
  tenants(): number;
}

/** An empty order. All operations but `next` cost the same however many wait. */
export function turns(): Turns {
  const waiting = new Map<string, Map<Key, number>>(); // insertion order is the order of turns

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
      let full: { key: Key; tenant: string; since: number } | undefined;
      for (const [tenant, keys] of waiting) {
        for (const [key, since] of keys) {
          if (!isFull(tenant)) return { key, tenant, since };
          full ??= { key, tenant, since };
          break;
        }
      }
      return full;
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
