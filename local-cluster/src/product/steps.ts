/** Where the steps of a start go once somebody wants to know them. */
export type Steps = {
  readonly tell: (step: string) => void;
  /** From now on each step, the last one too, is given to `listener`, one after the other. */
  listen(listener: (step: string) => Promise<void>): void;
};

/** Returns steps nobody listens to yet. */
export function createSteps(): Steps {
  let latest: string | undefined;
  let listener: ((step: string) => Promise<void>) | undefined;
  let before: Promise<void> = Promise.resolve();
  const pass = () => {
    const [step, hear] = [latest, listener];
    // A page that misses a step shows the one before it; nothing else depends on it.
    if (step !== undefined && hear !== undefined) before = before.then(() => hear(step)).catch(() => undefined);
  };
  return {
    tell(step) {
      latest = step;
      pass();
    },
    listen(next) {
      listener = next;
      pass();
    },
  };
}
