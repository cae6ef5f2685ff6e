import type { Clock, Millis } from "@skypanel/runtime/clock.ts";

/** How often one object may be told of. */
export interface EventRates {
  admit(uid: string): boolean;
  /** Forgets objects that may have all their events again. */
  sweep(): void;
  size(): number;
}

const burst = 10;
const perEventMs: Millis = 30_000;

/** Ten events about an object, then one every 30 s. */
export function createEventRates(clock: Pick<Clock, "monotonic">): EventRates {
  const spent = new Map<string, Millis>(); // until when the object's ten are being filled up again
  const missing = (uid: string) => Math.max(0, (spent.get(uid) ?? 0) - clock.monotonic());
  return {
    admit: (uid) => {
      if (missing(uid) > (burst - 1) * perEventMs) return false;
      spent.set(uid, clock.monotonic() + missing(uid) + perEventMs);
      return true;
    },
    sweep: () => {
      for (const uid of spent.keys()) if (missing(uid) === 0) spent.delete(uid);
    },
    size: () => spent.size,
  };
}
