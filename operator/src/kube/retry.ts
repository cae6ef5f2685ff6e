import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import { isUntrusted } from "./failure.ts";
import { isKubeError, type KubeError } from "./kube.ts";

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
function repeatAfter(isRead: boolean, error: KubeError, attempt: number, random: number): Millis | undefined {
  if (attempt >= tries) return undefined;
  const isSilence = error.kind === "network" || error.kind === "timeout";
  const isTransient = isSilence || error.kind === "tooMany" || error.kind === "unavailable";
  const isHarmless = error.kind === "tooMany" || (isSilence && error.outcomeKnown);
  if (isRead ? !isTransient : !isHarmless) return undefined;
  return error.retryAfterMs ?? jittered(firstMs * 2 ** (attempt - 1), 0.2, random);
}

export interface Repeating {
  readonly clock: Clock;
  readonly random: () => number;
  readonly isRead: boolean;
  readonly signal: AbortSignal | undefined;
  readonly refresh: () => Promise<void>;
}

/** Does `once` again as often as that is right, after the wait it needs. */
export async function repeated<T>(how: Repeating, once: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await renewed(how.refresh, once);
    } catch (error) {
      const wait = isKubeError(error) ? repeatAfter(how.isRead, error, tried, how.random()) : undefined;
      if (wait === undefined) throw error;
      await how.clock.sleep(wait, how.signal);
    }
  }
}

/**
 * Does `once` a second time with new credentials if the server did not accept ours or we did not accept its
 * certificate: both may have been exchanged a moment ago, and neither had an effect.
 */
export async function renewed<T>(refresh: () => Promise<void>, once: () => Promise<T>): Promise<T> {
  try {
    return await once();
  } catch (error) {
    if (!isKubeError(error, "unauthorized") && !isUntrusted(error)) throw error;
    await refresh();
    return once();
  }
}
