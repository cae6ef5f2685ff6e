const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const FAR_AWAY_MS = 2 ** 31 - 1;

/** The wish of the person at the terminal to stop. */
export type Interrupt = { readonly wanted: Promise<void>; readonly signal: AbortSignal };

/** Listens for the signals that ask this process to stop, and keeps the process alive until one comes. */
export function listenForInterrupt(): Interrupt {
  const controller = new AbortController();
  const alive = setInterval(() => undefined, FAR_AWAY_MS);
  const wanted = new Promise<void>((resolve) => {
    for (const name of SIGNALS) {
      process.on(name, () => {
        clearInterval(alive);
        controller.abort();
        resolve();
      });
    }
  });
  return { wanted, signal: controller.signal };
}
