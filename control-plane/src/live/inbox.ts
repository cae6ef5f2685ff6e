import type { KeptEvent, PassingEvent } from "../services/live/events.ts";
import type { Feed } from "./feed.ts";

/** Events that wait for one browser. */
export interface Inbox {
  /**
   * What came since the last call, as soon as there is anything. `isBehind`: more came than is kept here, or this is the
   * first call, so the log must be read.
   */
  next(): Promise<{ events: readonly (KeptEvent | PassingEvent)[]; isBehind: boolean }>;
  close(): void;
}

const most = 500;

/** Collects the events of `topics`; a slow browser costs 500 of them, not more. `next` resolves when `closed` aborts, too. */
export function openInbox(feed: Pick<Feed, "subscribe">, topics: readonly string[], closed: AbortSignal): Inbox {
  let events: (KeptEvent | PassingEvent)[] = [];
  let isBehind = true;
  let rouse = () => {};
  const unsubscribe = feed.subscribe(topics, (event) => {
    if (events.length < most) events.push(event);
    else isBehind = true;
    rouse();
  });
  const wake = () => rouse();
  closed.addEventListener("abort", wake, { once: true });
  return {
    next: async () => {
      if (events.length === 0 && !isBehind && !closed.aborted) {
        await new Promise<void>((resolve) => {
          rouse = resolve;
        });
      }
      const taken = { events, isBehind };
      events = [];
      isBehind = false;
      return taken;
    },
    close: () => {
      unsubscribe();
      closed.removeEventListener("abort", wake);
    },
  };
}
