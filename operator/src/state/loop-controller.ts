import { limits } from "@skypanel/crds/limits.ts";
import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { jittered } from "../kube/retry.ts";
import { pauseAfter } from "./pace.ts";

export interface LoopOptions {
  /** Looks once. Returns how long to wait for the next look; rejects if nothing can be said of it. */
  look(isPoked: boolean, signal: AbortSignal): Promise<Millis>;
  readonly clock: Pick<Clock, "setTimer">;
  readonly random: () => number;
  readonly log: Log;
}

/** The git source at work. */
export interface State {
  /** Looks now; a poke during a look adds one look. */
  poke(): void;
  /** Resolves once the look that runs has ended. */
  stop(): Promise<void>;
}

const spread = 0.2;

/** Looks again and again, one look at a time. The first counts as poked: nobody knows what happened before. */
export function startLoop({ look, clock, random, log }: LoopOptions): State {
  const stopping = new AbortController();
  let isPoked = true;
  let rouse = () => {};

  const nap = async (ms: Millis) => {
    if (isPoked || stopping.signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = clock.setTimer(jittered(ms, spread, random()), resolve);
    rouse = resolve;
    await promise;
    cancel();
  };
  const loop = async () => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      const wasPoked = isPoked;
      isPoked = false; // a poke from here on asks for what this look may not see any more
      try {
        const pause = await look(wasPoked, stopping.signal);
        failures = 0;
        await nap(pause);
      } catch (error) {
        if (stopping.signal.aborted) return;
        log.error({ err: error }, "the source could not be looked at");
        failures += 1;
        await nap(pauseAfter(failures, limits.desired.intervalMillis)); // the next look may succeed
      }
    }
  };

  const ended = loop();
  return {
    poke: () => {
      isPoked = true;
      rouse();
    },
    stop: async () => {
      stopping.abort(new Error("stopping"));
      rouse();
      await ended;
    },
  };
}
