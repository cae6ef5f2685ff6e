/** Milliseconds: an instant since 1970 in UTC, or a duration. */
export type Millis = number;

/** The only way to ask for the time; handed in, so tests decide what time it is. */
export interface Clock {
  /** The wall clock: for what people read. It may jump. */
  now(): Millis;
  /** Never goes back: for ages and deadlines. Its zero means nothing. */
  monotonic(): Millis;
  /** Resolves after `ms`; rejects with the signal's reason if aborted first. */
  sleep(ms: Millis, signal?: AbortSignal): Promise<void>;
  /** Calls `run` once after `ms`; the returned function cancels it. */
  setTimer(ms: Millis, run: () => void): () => void;
}

// Node fires a longer timer at once, with a warning nobody reads.
const longestTimer = 2 ** 31 - 1;

function setTimer(ms: Millis, run: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = (left: Millis) => {
    const step = Math.min(left, longestTimer);
    timer = setTimeout(() => (left > step ? arm(left - step) : run()), step);
  };
  arm(Math.max(0, ms));
  return () => clearTimeout(timer);
}

/** Sleeps on `timer`, whoever's timer it is: both the system's and the tests' clock wait this way. */
export function sleepOn(timer: Clock["setTimer"], ms: Millis, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const cancelled = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = timer(ms, () => {
      signal?.removeEventListener("abort", cancelled);
      resolve();
    });
    signal?.addEventListener("abort", cancelled, { once: true });
  });
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => sleepOn(setTimer, ms, signal),
  setTimer,
};
