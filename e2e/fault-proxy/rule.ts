import type { Asked } from "./call.ts";

/** Text that must be equal; between two slashes, the source of a regular expression. */
export type Pattern = string;

/**
 * Which calls a rule meets. With `event` it meets the lines of matching watches, open ones too, and counts those.
 * `nth`, `from` (both from 1) and `times` count what matches, since the rule was armed.
 */
export interface Match {
  readonly verb?: Pattern;
  readonly group?: Pattern;
  readonly resource?: Pattern;
  readonly subresource?: Pattern;
  readonly namespace?: Pattern;
  readonly name?: Pattern;
  readonly path?: Pattern;
  readonly event?: { readonly type?: Pattern; readonly namespace?: Pattern; readonly name?: Pattern };
  readonly nth?: number;
  readonly from?: number;
  readonly times?: number;
  /** Also what is under way when the rule is armed: its connection is cut, refused or frozen. */
  readonly open?: true;
}

/** How far lists and watches lag behind: by time, by versions, or they stand still at one. */
export type Lag = { readonly seconds: number } | { readonly versions: number } | { readonly at: string };

export type Action =
  /** Never sent; the connection ends. An event: lost. */
  | { readonly type: "drop" }
  /** Sent, and the answer lost with its connection. An event: the connection ends before it. */
  | { readonly type: "cut" }
  /** Not sent before the rule is released; sent then though the caller may be gone. An event: it and all after it wait. */
  | { readonly type: "hold" }
  | { readonly type: "delay"; readonly ms: number }
  /** Limits the bytes of the answer. */
  | { readonly type: "throttle"; readonly bytesPerSecond: number }
  /** Sent twice, the second answer is given. An event: given twice. */
  | { readonly type: "duplicate" }
  /** Sent after the next that matches was answered. An event: given after its successor. */
  | { readonly type: "reorder" }
  /** Never sent, and no answer comes on the open connection. An event: never given. */
  | { readonly type: "lose" }
  /** Never sent; this is the answer. An event: this line in its place. */
  | {
      readonly type: "answer";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** So many bytes of the body, then a clean end. An event: so many bytes of its line. */
  | { readonly type: "truncate"; readonly bytes: number }
  /** Half of the body, or of the event's line, then the connection ends. */
  | { readonly type: "halfLine" }
  /** The head and so many bytes of the body, then nothing more, on a connection that stays open. */
  | { readonly type: "freeze"; readonly afterBytes?: number }
  | ({ readonly type: "stale" } & Lag)
  /** TCP reset. */
  | { readonly type: "refuse" }
  /** Of the whole arrow, whatever matches: connections end, new ones see this certificate. */
  | { readonly type: "wrongCertificate"; readonly which: "expired" | "foreign" };

/** A fault as data: what it meets, and what it does. */
export interface Rule {
  readonly match: Match;
  readonly action: Action;
}

/** What a rule knows of a line of a watch. */
export interface EventSeen {
  readonly type: string;
  readonly namespace: string;
  readonly name: string;
}

const asks = ["verb", "group", "resource", "subresource", "namespace", "name", "path"] as const;

function fits(pattern: Pattern | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  const isExpression = pattern.length > 1 && pattern.startsWith("/") && pattern.endsWith("/");
  return isExpression ? new RegExp(pattern.slice(1, -1)).test(text) : pattern === text;
}

/** True if the rule speaks of this call; how many came before is not asked here. */
export function speaksOf(match: Match, call: Asked): boolean {
  return asks.every((field) => fits(match[field], call[field]));
}

/** True if the rule speaks of this line of a watch. */
export function speaksOfEvent({ event }: Match, { type, namespace, name }: EventSeen): boolean {
  return event !== undefined && fits(event.type, type) && fits(event.namespace, namespace) && fits(event.name, name);
}

/** True if the `count`-th (from 1) of what matches is met. */
export function isMet({ nth, from = 1, times = Number.POSITIVE_INFINITY }: Match, count: number): boolean {
  if (nth !== undefined) return count === nth;
  return count >= from && count < from + times;
}
