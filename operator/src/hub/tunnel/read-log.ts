import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Cluster } from "../../kube/cluster.ts";
import { isKubeError, type Live } from "../../kube/kube.ts";
import { logLines } from "./log-lines.ts";
import type { LogOutlet } from "./log-outlet.ts";
import { type LogStart, logPath } from "./pod-log.ts";
import type { LogQuery } from "./requests.ts";

interface ReadOptions {
  readonly stream: Cluster["stream"];
  readonly clock: Clock;
  readonly query: LogQuery;
  readonly outlet: Pick<LogOutlet, "push" | "room">;
}

const againMs: Millis = 1_000;

/**
 * Reads one container's log into the outlet until it ends. A connection that breaks, or stays silent for long, is opened
 * again after the last line; what the API refuses is told to the reader, and the other instances go on.
 */
export async function readLog(options: ReadOptions, pod: Live, start: LogStart, signal: AbortSignal): Promise<void> {
  const { outlet, clock } = options;
  const instance = pod.metadata.name;
  const source = (state: "opened" | "ended" | "failed", reason: string | null = null) =>
    outlet.push({ t: "source", instance, state, reason });
  let last: string | undefined;
  source("opened");
  while (!signal.aborted) {
    try {
      for await (const at of passOn(options, pod, last === undefined ? start : { since: last }, last, signal))
        last = at;
      return source("ended");
    } catch (error) {
      if (signal.aborted) return;
      if (!isKubeError(error, "network", "timeout")) return source("failed", sentence(error));
      await clock.sleep(againMs, signal).catch(() => undefined); // aborted: the loop ends
    }
  }
}

/** Passes lines on, leaving out those up to `after`, and yields the instant of each. */
async function* passOn(
  { stream, query, outlet }: ReadOptions,
  pod: Live,
  start: LogStart,
  after: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const instance = pod.metadata.name;
  for await (const { at, text } of logLines(await stream(logPath(pod, query, start), signal))) {
    if (after !== undefined && at <= after) continue;
    outlet.push({ t: "line", instance, at, text });
    await outlet.room(signal);
    yield at;
  }
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
