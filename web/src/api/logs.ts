import type { logEvents } from "@skypanel/control-plane/contract/apps/logs.ts";
import type { z } from "zod";
import { backOff } from "./connection.ts";
import { delay } from "./hub-deps.ts";
import { refreshSession } from "./refresh.ts";
import { addressOf } from "./request.ts";
import { readStream, type StreamEnd } from "./stream.ts";

type Events = { [K in keyof typeof logEvents]: z.infer<(typeof logEvents)[K]> };

/** One event of a log stream. */
export type LogEvent = { [K in keyof Events]: { readonly k: K } & Events[K] }[keyof Events];

/** How the log stands: following, trying again, or ended with a reason. */
export type LogState =
  | { readonly k: "opening" }
  | { readonly k: "following" }
  | { readonly k: "waiting"; readonly why: string }
  | { readonly k: "ended"; readonly why: string };

interface Follow {
  readonly params: { org: string; app: string };
  readonly instance?: string | undefined;
  readonly previous?: boolean | undefined;
  /** Where an earlier reading stopped. */
  readonly cursor?: string | undefined;
  readonly signal: AbortSignal;
  readonly onEvent: (event: LogEvent) => void;
  readonly onState: (state: LogState) => void;
}

const name = "GET /orgs/{org}/apps/{app}/logs/stream";
const kinds = ["line", "dropped", "source", "end"] as const;

/** Follows an app's log until `signal` is aborted, resuming after the last line seen: nothing is lost or shown twice. */
export async function followLog(follow: Follow): Promise<void> {
  let { cursor } = follow;
  let ended: string | undefined;
  for (let failures = 0; !follow.signal.aborted; ) {
    let wasOpen = false;
    const query = { instance: follow.instance, previous: follow.previous ? "true" : undefined, cursor };
    const end = await readStream({
      address: addressOf(name, follow.params, query),
      signal: follow.signal,
      onOpen() {
        wasOpen = true;
        follow.onState({ k: "following" });
      },
      onEvent(message) {
        const event = eventOf(message.event ?? "", message.data);
        if (event?.k === "line") cursor = event.cursor;
        if (event?.k === "end") ended = event.reason;
        if (event) follow.onEvent(event);
      },
    });
    if (follow.signal.aborted) return;
    if (ended !== undefined) return follow.onState({ k: "ended", why: ended });
    if (end.k === "refused" && end.status === 401) await refreshSession().catch(() => false);
    if (isFinal(end)) return follow.onState({ k: "ended", why: explain(end) });
    failures = wasOpen ? 1 : failures + 1;
    follow.onState({ k: "waiting", why: explain(end) });
    await delay(backOff(failures, Math.random()), follow.signal).catch(() => undefined);
  }
}

/** The typed event, or undefined for a name this version does not know. */
export function eventOf(type: string, data: string): LogEvent | undefined {
  const kind = kinds.find((known) => known === type);
  // The contract says so, and development and e2e builds check the server against it.
  return kind ? ({ k: kind, ...JSON.parse(data) } as LogEvent) : undefined;
}

function isFinal(end: StreamEnd): boolean {
  return end.k === "refused" && [400, 403, 404, 422].includes(end.status);
}

function explain(end: StreamEnd): string {
  if (end.k === "refused" && end.status === 403) return "You may not read the log of this app.";
  if (end.k === "refused" && end.status === 404) return "There is no log to read: the app has not run yet.";
  if (end.k === "refused" && end.status === 503) return "The cluster cannot be reached, so its log cannot be read.";
  if (end.k === "refused" && end.status === 429) return "You follow too many logs at once; close one.";
  return "The connection was lost.";
}
