import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import { jittered } from "./retry.ts";

export interface Breaker {
  /** Notes how a call ended; `good` is false for no answer and for 5xx. */
  note(good: boolean): void;
  /** How many workers of each controller may run now. */
  allowed(): number;
  /** Resolves once worker number `index` (from 0) may run. */
  pass(index: number, signal: AbortSignal): Promise<void>;
  /** Calls `run` each time the API is well again after it was down. */
  onWell(run: () => void): void;
  stop(): void;
}

interface BreakerOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** One cheap question to the API: is it well? Never rejects. */
  readonly probe: () => Promise<boolean>;
}

const windowSeconds = 10;
const fewestCalls = 20;
const mostProbeMs: Millis = 5_000;
const stepMs: Millis = 1_000;
const all = 8;

/**
 * Stops all work while the API is down: at 20 calls in 10 s of which half got no answer or a 5xx. Then one probe
 * every 1 to 5 s until it is well, and 1, 2, 4, 8 workers again, a step each second.
 */
export function breaker({ clock, random, probe }: BreakerOptions): Breaker {
  let seconds: { second: number; calls: number; bad: number }[] = []; // the window, a count a second
  let workers = all;
  let cancel = () => {};
  let isStopped = false;
  const waiting = new Set<{ index: number; go: () => void }>();
  const listeners: (() => void)[] = [];

  const admit = (count: number) => {
    workers = count;
    for (const one of waiting) if (one.index < count) one.go();
  };
  const climb = () => {
    admit(Math.max(1, Math.min(all, workers * 2)));
    if (workers < all) cancel = clock.setTimer(stepMs, climb);
  };
  const probeAfter = (ms: Millis) => {
    cancel = clock.setTimer(jittered(ms, 0.2, random()), () => {
      void probe().then((well) => {
        if (isStopped) return;
        if (!well) return probeAfter(Math.min(mostProbeMs, ms * 2));
        climb();
        for (const listener of listeners) listener();
      });
    });
  };
  const open = () => {
    cancel();
    seconds = [];
    workers = 0;
    probeAfter(stepMs);
  };

  return {
    allowed: () => workers,
    onWell: (run) => void listeners.push(run),
    stop: () => {
      isStopped = true;
      cancel();
    },
    note: (good) => {
      if (workers === 0) return;
      const second = Math.floor(clock.monotonic() / 1000);
      if (seconds.at(-1)?.second !== second) seconds.push({ second, calls: 0, bad: 0 });
      seconds = seconds.filter((one) => second - one.second < windowSeconds);
      const last = seconds.at(-1);
      if (last !== undefined) {
        last.calls += 1;
        last.bad += good ? 0 : 1;
      }
      const sum = (of: "calls" | "bad") => seconds.reduce((total, one) => total + one[of], 0);
      if (!good && sum("calls") >= fewestCalls && sum("bad") * 2 >= sum("calls")) open();
    },
    pass: (index, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        if (index < workers) return resolve();
        const leave = () => {
          waiting.delete(one);
          signal.removeEventListener("abort", abandoned);
        };
        const abandoned = () => {
          leave();
          reject(signal.reason);
        };
        const one = {
          index,
          go: () => {
            leave();
            resolve();
          },
        };
        waiting.add(one);
        signal.addEventListener("abort", abandoned, { once: true });
      }),
  };
}
