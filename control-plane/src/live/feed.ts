import type { EventLog, KeptEvent, PassingEvent } from "../services/live/events.ts";

/** One reader of the feed; `take` must not wait. */
interface Subscriber {
  topics: ReadonlySet<string>;
  take(event: KeptEvent | PassingEvent): void;
}

/** Events as they come, read once per replica however many browsers listen. */
export interface Feed {
  /** New events are there: reads them, and again if it was woken meanwhile. */
  wake(): void;
  /** Whether anybody listens. */
  hasSubscribers(): boolean;
  /** Hands out an event that is not kept: whoever is not there misses it. */
  pass(event: PassingEvent): void;
  /** Hands every event of `topics` from now on to `take`, until the returned function is called. */
  subscribe(topics: readonly string[], take: Subscriber["take"]): () => void;
}

/** Follows `log`; `onError` hears of reads that failed, which the next wake repeats. */
export function feed(log: Pick<EventLog, "newest" | "after">, onError: (error: unknown) => void): Feed {
  const subscribers = new Set<Subscriber>();
  let position: string | undefined;
  let isReading = false;
  let isWoken = false;

  const handOut = (event: KeptEvent | PassingEvent) => {
    for (const { topics, take } of subscribers) if (topics.has(event.topic)) take(event);
  };
  const read = async () => {
    // Before the first look nobody was told of anything, so there is nothing to make up for.
    position ??= await log.newest();
    while (isWoken) {
      isWoken = false;
      for (let page = await log.after(position, null); page.length > 0; page = await log.after(position, null)) {
        page.forEach(handOut);
        position = page.at(-1)?.id ?? position;
      }
    }
  };
  const wake = () => {
    isWoken = true;
    if (isReading) return;
    isReading = true;
    read()
      .catch(onError)
      .finally(() => {
        isReading = false;
      });
  };
  return {
    wake,
    hasSubscribers: () => subscribers.size > 0,
    pass: handOut,
    subscribe: (topics, take) => {
      const subscriber = { topics: new Set(topics), take };
      subscribers.add(subscriber);
      return () => void subscribers.delete(subscriber);
    },
  };
}
