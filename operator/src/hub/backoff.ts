import type { Millis } from "@skypanel/runtime/clock.ts";

const firstMs: Millis = 1_000;
const lastMs: Millis = 20_000;
const longestMs: Millis = 30_000;

/** Waits between tries against the control plane: 1 s doubling to 30 s, each up to half longer, so that clusters do not march in step. */
export interface Backoff {
  /** How long to wait after one more failure; the server's own wish wins if it is longer, up to 30 s. */
  failed(wishMs?: Millis): Millis;
  succeeded(): void;
}

/** Counts failures in a row; `random` is in [0, 1). */
export function backoff(random: () => number): Backoff {
  let failures = 0;
  return {
    failed: (wishMs = 0) => {
      const wait = Math.min(lastMs, firstMs * 2 ** Math.min(failures, 10)) * (1 + random() / 2);
      failures += 1;
      return Math.max(Math.min(wishMs, longestMs), wait);
    },
    succeeded: () => {
      failures = 0;
    },
  };
}
