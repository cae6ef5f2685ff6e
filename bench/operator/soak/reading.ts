import { seriesIn } from "../../../e2e/harness/metrics-page.ts";
import { descriptors, memory } from "../proc.ts";

/** How the operator was at one instant. */
export interface Reading {
  readonly atMs: number;
  readonly rssMiB: number;
  readonly heapMiB: number;
  readonly descriptors: number;
  /** Mean of the time that keys have waited in the queue since the reading before; 0 if none was taken. */
  readonly queueAgeMs: number;
}

interface Waited {
  readonly seconds: number;
  readonly keys: number;
}

const mib = 2 ** 20;

/** Reads an operator from outside, again and again; `metrics` is its page of them. */
export function reader(pid: number, metrics: () => Promise<string>): () => Promise<Reading> {
  const from = performance.now();
  let before: Waited = { seconds: 0, keys: 0 };
  return async () => {
    const page = await metrics();
    const series = (name: string) => seriesIn(page, name) ?? 0;
    const now = {
      seconds: series("workqueue_queue_duration_seconds_sum"),
      keys: series("workqueue_queue_duration_seconds_count"),
    };
    const keys = now.keys - before.keys;
    const queueAgeMs = keys === 0 ? 0 : ((now.seconds - before.seconds) / keys) * 1_000;
    before = now;
    return {
      atMs: performance.now() - from,
      rssMiB: memory(pid).now,
      heapMiB: series("nodejs_heap_size_used_bytes") / mib,
      descriptors: descriptors(pid),
      queueAgeMs,
    };
  };
}
