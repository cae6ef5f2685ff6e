import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Key } from "./controller.ts";
import { jittered } from "./retry.ts";

/** How long a key that failed waits. */
export interface BackOff {
  /** Notes a failure and returns when the key may run again (monotonic). */
  failed(key: Key, tenant: string, isApiFault: boolean): Millis;
  /** Goes on where another process was: it had failed so often, and was to wait so long. */
  resume(key: Key, failures: number, waitMs: Millis): void;
  /** The API is well again: what failed by its fault may run within 30 s, not all at once. Returns these keys. */
  forgive(): readonly Key[];
  /** The key ran well, or is another than the one that failed. */
  clear(key: Key): void;
  failures(key: Key): number;
  /** When the key may run again (monotonic): events of its children do not shorten the wait. */
  until(key: Key): Millis;
  /** For how long the key has failed without a good run. */
  failingMs(key: Key): Millis;
  size(): number;
}

interface Failing {
  readonly failures: number;
  readonly since: Millis;
  readonly until: Millis;
  /** The last failure was the API's fault. */
  readonly isApiFault: boolean;
}

interface Bucket {
  tokens: number;
  at: Millis;
}

const firstMs: Millis = 200;
const longestMs: Millis = 300_000;
const longestApiMs: Millis = 30_000;
const forgivenWithinMs: Millis = 30_000;
const perTenant = { perSecond: 2, burst: 20 };
const overall = { perSecond: 10, burst: 100 };

/**
 * 200 ms × 2ⁿ ± 20 %, at most 5 min (30 s for faults of the API). Retries alone also need tokens, per tenant and over
 * all, so a thousand failing keys leave the API to those that work.
 */
export function createBackOff(clock: Clock, random: () => number): BackOff {
  const keys = new Map<Key, Failing>();
  const tenants = new Map<string, Bucket>();
  const all: Bucket = { tokens: overall.burst, at: clock.monotonic() };

  /** Takes one token, in advance if need be, and returns how long until it is there. */
  const reserve = (bucket: Bucket, { perSecond, burst }: typeof overall): Millis => {
    const now = clock.monotonic();
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond) - 1;
    bucket.at = now;
    return bucket.tokens >= 0 ? 0 : (-bucket.tokens / perSecond) * 1000;
  };
  const bucketOf = (tenant: string): Bucket => {
    const bucket = tenants.get(tenant) ?? { tokens: perTenant.burst, at: clock.monotonic() };
    tenants.set(tenant, bucket);
    return bucket;
  };
  const forgetFull = () => {
    const fullMs = (perTenant.burst / perTenant.perSecond) * 1000;
    for (const [tenant, { at, tokens }] of tenants) {
      if (clock.monotonic() - at > fullMs - (tokens / perTenant.perSecond) * 1000) tenants.delete(tenant);
    }
  };

  return {
    failed: (key, tenant, isApiFault) => {
      const { failures, since } = keys.get(key) ?? { failures: 0, since: clock.monotonic() };
      if (tenants.size > 1000) forgetFull();
      const wait = Math.min(firstMs * 2 ** Math.min(failures, 20), isApiFault ? longestApiMs : longestMs);
      const tokens = Math.max(reserve(bucketOf(tenant), perTenant), reserve(all, overall));
      const until = clock.monotonic() + jittered(wait, 0.2, random()) + tokens;
      keys.set(key, { failures: failures + 1, since, until, isApiFault });
      return until;
    },
    forgive: () => {
      const now = clock.monotonic();
      const blameless = [...keys].filter(([, { isApiFault, until }]) => isApiFault && until > now);
      for (const [key, failing] of blameless) {
        keys.set(key, { ...failing, failures: 0, until: Math.min(failing.until, now + random() * forgivenWithinMs) });
      }
      return blameless.map(([key]) => key);
    },
    resume: (key, failures, waitMs) => {
      const now = clock.monotonic();
      // A wait beyond any of ours was noted by a clock that was wrong.
      const until = now + Math.min(Math.max(0, waitMs), longestMs);
      keys.set(key, { failures, since: now, until, isApiFault: false });
    },
    clear: (key) => {
      keys.delete(key);
      if (keys.size === 0) tenants.clear();
    },
    failures: (key) => keys.get(key)?.failures ?? 0,
    until: (key) => keys.get(key)?.until ?? 0,
    failingMs: (key) => clock.monotonic() - (keys.get(key)?.since ?? clock.monotonic()),
    size: () => keys.size + tenants.size,
  };
}
