import type { Clock, Millis } from "@skypanel/runtime/clock.ts";

/** A signal that ends with another one, or when its time is up. */
export interface Timed {
  readonly signal: AbortSignal;
  /** Time is up `ms` from now, unless it is started anew or stopped before. */
  start(ms: Millis): void;
  stop(): void;
  /** Nobody waits any more: lets go of the other signal. */
  end(): void;
}

/** Follows `outer`, if any; when time is up the signal's reason is what `late` makes. */
export function timed(clock: Clock, outer: AbortSignal | undefined, late: () => Error): Timed {
  const own = new AbortController();
  const follow = () => own.abort(outer?.reason);
  let stop = () => {};
  if (outer?.aborted) follow();
  else outer?.addEventListener("abort", follow, { once: true });
  return {
    signal: own.signal,
    start: (ms) => {
      stop();
      stop = clock.setTimer(ms, () => own.abort(late()));
    },
    stop: () => stop(),
    end: () => {
      stop();
      outer?.removeEventListener("abort", follow);
    },
  };
}
