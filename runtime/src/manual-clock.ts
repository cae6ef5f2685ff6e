import { type Clock, type Millis, sleepOn } from "./clock.ts";

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Moves both clocks forward and fires what falls due, in order; callbacks' promises settle between timers. */
  advance(ms: Millis): Promise<void>;
  /** Sets the wall clock alone, as an administrator or NTP would. */
  jump(to: Millis): void;
  /** Timers that wait. */
  pending(): number;
}

interface Timer {
  due: Millis;
  run: () => void;
}

// One turn of the event loop lets every settled promise run its continuation.
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A manual clock whose wall clock begins at `start`. */
export function manualClock(start: Millis = Date.UTC(2030, 0, 1)): ManualClock {
  let wall = start;
  let steady = 0;
  let timers: Timer[] = [];

  const setTimer: Clock["setTimer"] = (ms, run) => {
    const timer = { due: steady + Math.max(0, ms), run };
    timers.push(timer);
    return () => {
      timers = timers.filter((other) => other !== timer);
    };
  };
  const next = (until: Millis) => timers.filter((timer) => timer.due <= until).sort((a, b) => a.due - b.due)[0];
  const moveTo = (to: Millis) => {
    wall += to - steady;
    steady = to;
  };

  return {
    now: () => wall,
    monotonic: () => steady,
    setTimer,
    sleep: (ms, signal) => sleepOn(setTimer, ms, signal),
    jump: (to) => {
      wall = to;
    },
    pending: () => timers.length,
    async advance(ms) {
      const until = steady + ms;
      await settle();
      for (let timer = next(until); timer; timer = next(until)) {
        const fired = timer;
        timers = timers.filter((other) => other !== fired);
        moveTo(fired.due);
        fired.run();
        await settle();
      }
      moveTo(until);
    },
  };
}
