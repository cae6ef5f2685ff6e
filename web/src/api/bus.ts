import { openLink } from "./bus-link.ts";
import type { Connection } from "./connection.ts";
import type { FromHub } from "./hub.ts";

/** A server event as it arrived: its type and its data as JSON text. */
export interface BusEvent {
  readonly type: string;
  readonly data: string;
}

interface BusOptions {
  readonly onEvents: (events: readonly BusEvent[]) => void;
  /** What may have been missed: the stream was closed or broken, so read anew. */
  readonly onGap: () => void;
}

const bufferMillis = 250;
const hiddenMillis = 5 * 60_000;
const pollMillis = 15_000;

/** The page's side of the event stream: counts who wants which topic, buffers events, sleeps when long hidden. */
export function createBus(options: BusOptions) {
  const wanted = new Map<string, number>();
  const listeners = new Set<() => void>();
  let connection: Connection = { k: "connecting" };
  let buffer: BusEvent[] = [];
  let asleep = false;
  let sleepTimer = 0;
  let pollTimer = 0;

  const link = openLink(`skypanel.page.${crypto.randomUUID()}`, hear);
  const announce = () => link.send({ k: "topics", topics: asleep ? [] : [...wanted.keys()] });

  function hear(message: FromHub) {
    if (message.k === "connection") return become(message.connection);
    if (buffer.length === 0) window.setTimeout(flush, bufferMillis);
    buffer.push(message);
  }
  function flush() {
    const events = buffer;
    buffer = [];
    options.onEvents(events);
  }
  function become(next: Connection) {
    const before = connection.k;
    connection = next;
    // A failed try while polling says polling again; the polling goes on as it began.
    if (next.k === "polling" && before !== "polling") {
      pollTimer = window.setInterval(options.onGap, pollMillis);
      options.onGap();
    }
    if (next.k !== "polling") clearInterval(pollTimer);
    if (next.k === "live" && (before === "polling" || before === "reconnecting")) options.onGap();
    for (const listener of listeners) listener();
  }

  document.addEventListener("visibilitychange", () => {
    clearTimeout(sleepTimer);
    if (document.hidden) {
      sleepTimer = window.setTimeout(() => {
        asleep = true;
        announce();
      }, hiddenMillis);
    } else if (asleep) {
      asleep = false;
      announce();
      options.onGap();
    }
  });

  return {
    /** Keeps `topic` in the stream until the returned function is called. */
    want(topic: string): () => void {
      wanted.set(topic, (wanted.get(topic) ?? 0) + 1);
      announce();
      return () => {
        const left = (wanted.get(topic) ?? 1) - 1;
        if (left > 0) wanted.set(topic, left);
        else wanted.delete(topic);
        announce();
      };
    },
    /** Tries again at once: someone signed in. */
    retry: () => link.send({ k: "retry" }),
    connection: () => connection,
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export type Bus = ReturnType<typeof createBus>;
