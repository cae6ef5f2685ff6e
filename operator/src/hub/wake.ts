import type { Clock, Millis } from "@skypanel/runtime/clock.ts";

/** A nap that can be cut short; a wake between two naps ends the next one at once, so none is lost. */
export interface Wake {
  wake(): void;
  /** Resolves after `ms`, on `wake()`, or when `signal` is aborted. */
  nap(ms: Millis, signal: AbortSignal): Promise<void>;
}

/** Makes a nap of one sleeper on `clock`. */
export function wakeable(clock: Clock): Wake {
  let woken = false;
  let rouse: () => void = () => {};
  return {
    wake: () => {
      woken = true;
      rouse();
    },
    nap: async (ms, signal) => {
      if (!woken && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const cancel = clock.setTimer(ms, resolve);
          rouse = () => {
            cancel();
            resolve();
          };
          signal.addEventListener("abort", rouse, { once: true });
        });
        signal.removeEventListener("abort", rouse);
        rouse = () => {};
      }
      woken = false;
    },
  };
}
