import type { Millis } from "@skypanel/crds/time.ts";

interface Bucket {
  left: number;
  at: Millis;
}

/** Counts requests by key: `perSecond` on average, `burst` at once. */
export interface Buckets {
  /** Undefined if the request may go on, else the seconds to wait. */
  take(key: string): number | undefined;
}

/** One bucket per key, each full at first. Only authenticated keys come here, so there are no more than clusters. */
export function buckets(rate: { perSecond: number; burst: number }, now: () => Millis): Buckets {
  const all = new Map<string, Bucket>();
  return {
    take: (key) => {
      const at = now();
      const before = all.get(key) ?? { left: rate.burst, at };
      const left = Math.min(rate.burst, before.left + (Math.max(0, at - before.at) * rate.perSecond) / 1000);
      all.set(key, { left: left >= 1 ? left - 1 : left, at });
      return left >= 1 ? undefined : Math.ceil((1 - left) / rate.perSecond);
    },
  };
}
