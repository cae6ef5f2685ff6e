/** Whether the session ended while the page was at work; calls wait here until the person has signed in again. */
interface Gate {
  readonly isShut: () => boolean;
  readonly subscribe: (listener: () => void) => () => void;
  readonly shut: () => Promise<void>;
  readonly open: () => void;
}

function createGate(): Gate {
  const listeners = new Set<() => void>();
  let waiting: { promise: Promise<void>; resolve: () => void } | undefined;
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    isShut: () => waiting !== undefined,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    shut() {
      if (!waiting) {
        waiting = Promise.withResolvers<void>();
        tell();
      }
      return waiting.promise;
    },
    open() {
      waiting?.resolve();
      waiting = undefined;
      tell();
    },
  };
}

export const gate = createGate();
