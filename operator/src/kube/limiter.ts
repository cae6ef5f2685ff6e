import type { Clock, Millis } from "@skypanel/runtime/clock.ts";

export interface Limiter {
  /** Waits for a place and returns how to give it back. Rejects with the signal's reason. */
  enter(signal?: AbortSignal): Promise<() => void>;
  /** The API asked for less: half of the places. */
  slowDown(): void;
  /** Places now. */
  places(): number;
}

interface Waiting {
  let: () => void;
}

const goodMs: Millis = 1000;

/**
 * How many requests are in flight at once: at most `most`, halved on 429, one more for each second without one.
 * Places are given in order of arrival, and in the same turn as they become free.
 */
export function limiter(clock: Clock, most: number): Limiter {
  let size = most;
  let busy = 0;
  let changedAt = clock.monotonic();
  let queue: Waiting[] = [];

  const grow = () => {
    const seconds = Math.floor((clock.monotonic() - changedAt) / goodMs);
    if (seconds < 1) return;
    size = Math.min(most, size + seconds);
    changedAt += seconds * goodMs;
  };
  const next = () => {
    grow();
    while (busy < size && queue.length > 0) {
      busy += 1;
      queue.shift()?.let();
    }
  };
  const leave = () => {
    busy -= 1;
    next();
  };
  const once = () => {
    let left = false;
    return () => {
      if (!left) leave();
      left = true;
    };
  };

  return {
    places: () => size,
    slowDown: () => {
      size = Math.max(1, Math.floor(size / 2));
      changedAt = clock.monotonic();
    },
    enter: (signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const waiting: Waiting = {
          let: () => {
            signal?.removeEventListener("abort", abandoned);
            resolve(once());
          },
        };
        const abandoned = () => {
          queue = queue.filter((other) => other !== waiting);
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", abandoned, { once: true });
        queue.push(waiting);
        next();
      }),
  };
}
