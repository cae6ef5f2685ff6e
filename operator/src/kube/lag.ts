import type { Clock, Millis } from "@skypanel/runtime/clock.ts";

const everyMs: Millis = 1_000;
const blockedMs: Millis = 5_000;

/**
 * Whether the event loop was held up for 5 s or more, until a punctual tick follows: then only a restart helps. The
 * ticks come every second and are passed on.
 */
export function watchLag(clock: Clock, onTick: () => void): { isBlocked(): boolean; stop(): void } {
  let isBlocked = false;
  let cancel = () => {};
  const tick = () => {
    const due = clock.monotonic() + everyMs;
    cancel = clock.setTimer(everyMs, () => {
      isBlocked = clock.monotonic() - due >= blockedMs;
      onTick();
      tick();
    });
  };
  tick();
  return { isBlocked: () => isBlocked, stop: () => cancel() };
}
