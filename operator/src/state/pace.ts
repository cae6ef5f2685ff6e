import type { Millis } from "@skypanel/crds/time.ts";
import type { Look } from "./status.ts";

const soonMs: Millis = 500;
const mostDoublings = 5;

/** True if the next look may find what this one lacked, so that it is not left to the interval. */
export function isHasty(look: Look): boolean {
  switch (look.k) {
    case "failed":
    case "unreachable":
      return true;
    case "applied":
      return look.later > 0 || !look.isWhole;
    default:
      return false;
  }
}

/** How long to wait after the `hasty`-th hasty look in a row (from 1), 0 being none: half a second, doubled, never over `interval`. */
export function pauseAfter(hasty: number, interval: Millis): Millis {
  return hasty === 0 ? interval : Math.min(interval, soonMs * 2 ** Math.min(hasty - 1, mostDoublings));
}
