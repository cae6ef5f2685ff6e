import type { EventSourceMessage } from "eventsource-parser";
import { afterEnd, type Connection, waiting } from "./connection.ts";
import type { StreamEnd } from "./stream.ts";

/** What a page hears from the one stream of its browser. */
export type FromHub =
  | { readonly k: "connection"; readonly connection: Connection }
  | { readonly k: "event"; readonly type: string; readonly data: string };

/** What a page tells the stream: the topics it shows now (none: it is hidden or gone), and that someone signed in. */
export type ToHub = { readonly k: "topics"; readonly topics: readonly string[] } | { readonly k: "retry" };

export interface HubDeps {
  readonly read: (options: {
    topics: string;
    lastEventId: string | undefined;
    signal: AbortSignal;
    onOpen: () => void;
    onEvent: (event: EventSourceMessage) => void;
  }) => Promise<StreamEnd>;
  /** Renews the session after a 401; false: nobody is signed in. */
  readonly refresh: () => Promise<boolean>;
  readonly delay: (millis: number, signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
  readonly random: () => number;
}

interface Page {
  topics: readonly string[];
  readonly send: (message: FromHub) => void;
}

// A change of page drops one topic and adds another: the stream is reopened once for both.
const settleMillis = 500;

/** Keeps one event stream open for all pages of a browser, over the union of their topics. */
export function createHub(deps: HubDeps) {
  const pages = new Map<string, Page>();
  let connection: Connection = { k: "connecting" };
  let lastEventId: string | undefined;
  let wanted = "";
  let running: AbortController | undefined;

  const broadcast = (message: FromHub) => {
    for (const page of pages.values()) page.send(message);
  };
  const become = (next: Connection) => {
    connection = next;
    broadcast({ k: "connection", connection });
  };
  const hear = (event: EventSourceMessage) => {
    if (event.id) lastEventId = event.id;
    broadcast({ k: "event", type: event.event ?? "message", data: event.data });
  };

  async function run(topics: string, signal: AbortSignal) {
    await deps.delay(settleMillis, signal);
    for (let failures = 0; !signal.aborted; ) {
      let wasOpen = false;
      const onOpen = () => {
        wasOpen = true;
        become({ k: "live" });
      };
      const end = await deps.read({ topics, lastEventId, signal, onOpen, onEvent: hear });
      if (signal.aborted) return;
      if (end.k === "refused" && end.status === 401 && !(await isRenewed())) return become({ k: "signed-out" });
      const next = afterEnd(end, wasOpen, failures, deps.random());
      failures = next.failures;
      become(waiting(failures, deps.now() + next.waitMillis));
      await deps.delay(next.waitMillis, signal);
    }
  }

  /** A control plane that cannot say is not a session that ended: the stream tries again later. */
  const isRenewed = () => deps.refresh().catch(() => true);

  function restart() {
    running?.abort();
    running = undefined;
    if (wanted === "") return;
    running = new AbortController();
    // `run` ends by its signal alone and turns every failure into a wait; a rejection is the abort of a delay.
    run(wanted, running.signal).catch(() => undefined);
  }

  function settle() {
    const topics = [...new Set([...pages.values()].flatMap((page) => page.topics))].sort().join(",");
    // Signed out it waits for whoever comes next; a page that speaks to it is signed in.
    if (topics === wanted && connection.k !== "signed-out") return;
    wanted = topics;
    restart();
  }

  return {
    join(id: string, send: (message: FromHub) => void) {
      pages.set(id, { topics: [], send });
      send({ k: "connection", connection });
    },
    hear(id: string, message: ToHub) {
      const page = pages.get(id);
      if (message.k === "retry") return restart();
      if (!page) return;
      page.topics = message.topics;
      settle();
    },
    leave(id: string) {
      if (pages.delete(id)) settle();
    },
    close() {
      running?.abort();
    },
  };
}

export type Hub = ReturnType<typeof createHub>;
