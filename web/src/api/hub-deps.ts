import type { HubDeps } from "./hub.ts";
import { refreshSession } from "./refresh.ts";
import { addressOf } from "./request.ts";
import { readStream } from "./stream.ts";

/** The real network and clock for a hub, in a worker or in a page. */
export const hubDeps: HubDeps = {
  read: ({ topics, ...rest }) => readStream({ address: addressOf("GET /events", {}, { topics }), ...rest }),
  refresh: refreshSession,
  delay,
  now: () => Date.now(),
  random: () => Math.random(),
};

/** Resolves after `millis`; rejects when `signal` is aborted before. */
export function delay(millis: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = self.setTimeout(resolve, millis);
  const stop = () => {
    clearTimeout(timer);
    reject(signal.reason);
  };
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  return promise.finally(() => signal.removeEventListener("abort", stop));
}
