const workers = 8; // as many as our own
const firstWaitMs = 200;
const longestWaitMs = 300_000;

/** A keyed queue: a key runs once at a time, runs again if it was added meanwhile, and waits longer after each failure. */
export function workQueue(run: (key: string) => Promise<void>): { add(key: string): void; start(): void } {
  const waiting = new Set<string>();
  const running = new Set<string>();
  const failures = new Map<string, number>();
  let isStarted = false;

  const fill = () => {
    if (!isStarted) return;
    for (const key of waiting) {
      if (running.size >= workers) return;
      if (running.has(key)) continue;
      waiting.delete(key);
      running.add(key);
      void work(key);
    }
  };
  const work = async (key: string) => {
    try {
      await run(key);
      failures.delete(key);
    } catch {
      const count = failures.get(key) ?? 0;
      failures.set(key, count + 1);
      setTimeout(() => add(key), Math.min(longestWaitMs, firstWaitMs * 2 ** count));
    } finally {
      running.delete(key);
      fill();
    }
  };
  const add = (key: string) => {
    waiting.add(key);
    fill();
  };
  return {
    add,
    start: () => {
      isStarted = true;
      fill();
    },
  };
}
