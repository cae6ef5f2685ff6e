import type { StreamEnd } from "./stream.ts";

/** How the page stands to the control plane's events; `until` is the instant of the next try in ms since 1970. */
export type Connection =
  | { readonly k: "connecting" }
  | { readonly k: "live" }
  | { readonly k: "reconnecting"; readonly until: number }
  | { readonly k: "polling"; readonly until: number }
  | { readonly k: "signed-out" };

const failuresBeforePolling = 3;
const firstMillis = 1_000;
const longestMillis = 30_000;
const reopenMillis = 250;

/** Milliseconds to wait before try `failures + 1`: doubling from 1 s to 30 s, half of it by chance (`random` in 0..1). */
export function backOff(failures: number, random: number): number {
  const whole = Math.min(longestMillis, firstMillis * 2 ** Math.max(0, failures - 1));
  return Math.round(whole / 2 + (whole / 2) * random);
}

/** What a stream's end means: tries that failed in a row, and the wait before the next one. */
export function afterEnd(end: StreamEnd, wasOpen: boolean, failures: number, random: number) {
  // A server that closes an open stream restarts or makes room; that is no failure, but all browsers must not return at once.
  if (end.k === "closed" && wasOpen) return { failures: 0, waitMillis: reopenMillis + Math.round(1_000 * random) };
  const failed = (wasOpen ? 0 : failures) + 1;
  return { failures: failed, waitMillis: backOff(failed, random) };
}

/** The connection shown while waiting for the next try. */
export function waiting(failures: number, until: number): Connection {
  return failures >= failuresBeforePolling ? { k: "polling", until } : { k: "reconnecting", until };
}
