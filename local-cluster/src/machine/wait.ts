import { setTimeout as pause } from "node:timers/promises";
import { Failure } from "./failure.ts";

type Wait = { readonly what: string; readonly deadlineMs: number; readonly signal?: AbortSignal | undefined };

const INTERVAL_MS = 100;

/** Asks `ready` again and again until it answers true; throws a Failure naming `what` when the deadline passes first. */
export async function waitFor(wait: Wait, ready: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + wait.deadlineMs;
  while (!(await ready())) {
    if (performance.now() > deadline) throw new Failure(`${wait.what} was not ready after ${wait.deadlineMs / 1000} s`);
    await pause(INTERVAL_MS, undefined, { signal: wait.signal });
  }
}

/** Tells whether something answers at a URL, be it with an error. */
export function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
