import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let timer = 0;

/** One timer for every age on the page; it stops when none is shown. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    timer = window.setInterval(() => {
      for (const each of listeners) each();
    }, 1_000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** `derive(now)` kept up to date each second; the component renders only when the result changes, so return a primitive. */
export function useNow<T extends string | number | boolean>(derive: (now: number) => T): T {
  return useSyncExternalStore(subscribe, () => derive(Date.now()));
}
