import type { Millis } from "@skypanel/runtime/clock.ts";
import type { KubeError } from "./kube.ts";

const tries = 3;
const firstMs: Millis = 200;

/** `ms` ± `share`, by a random number in [0, 1): so that many who failed together do not return together. */
export function jittered(ms: Millis, share: number, random: number): Millis {
  return ms * (1 - share + 2 * share * random);
}

/**
 * How long to wait before request number `attempt` (from 1) is sent again, or undefined if it must not be. Reads may
 * be repeated after any fault of the API; a write only if it surely had no effect: on 429, or never sent.
 */
export function repeatAfter(isRead: boolean, error: KubeError, attempt: number, random: number): Millis | undefined {
  if (attempt >= tries) return undefined;
  const isTransient = ["network", "timeout", "tooMany", "unavailable"].includes(error.kind);
  const isHarmless = error.kind === "tooMany" || (error.kind === "network" && error.outcomeKnown);
  if (isRead ? !isTransient : !isHarmless) return undefined;
  return error.retryAfterMs ?? jittered(firstMs * 2 ** (attempt - 1), 0.2, random);
}
