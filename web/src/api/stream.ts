import { createParser, type EventSourceMessage } from "eventsource-parser";

/** How a stream of events came to its end. */
export type StreamEnd =
  | { readonly k: "closed" }
  | { readonly k: "silent" }
  | { readonly k: "failed" }
  | { readonly k: "refused"; readonly status: number };

interface StreamOptions {
  readonly address: string;
  readonly lastEventId?: string | undefined;
  readonly signal: AbortSignal;
  readonly onOpen: () => void;
  readonly onEvent: (event: EventSourceMessage) => void;
}

// The server writes a comment every 15 s, so 40 s without a byte is a connection that died unseen.
const silenceMillis = 40_000;

/** Reads server-sent events until the stream ends and says how; never throws. EventSource hides a 401, so fetch it is. */
export async function readStream(options: StreamOptions): Promise<StreamEnd> {
  const watchdog = new AbortController();
  let silent = false;
  let timer = 0;
  const heard = () => {
    clearTimeout(timer);
    timer = self.setTimeout(() => {
      silent = true;
      watchdog.abort();
    }, silenceMillis);
  };
  heard();
  try {
    const response = await fetch(options.address, {
      headers: {
        accept: "text/event-stream",
        ...(options.lastEventId ? { "last-event-id": options.lastEventId } : {}),
      },
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.any([options.signal, watchdog.signal]),
    });
    if (!response.ok || !response.body) return { k: "refused", status: response.status };
    options.onOpen();
    await pump(response.body, options.onEvent, heard);
    return { k: "closed" };
  } catch {
    // Translated, not swallowed: the caller decides by the kind of end whether and when to try again.
    if (options.signal.aborted) return { k: "closed" };
    return { k: silent ? "silent" : "failed" };
  } finally {
    clearTimeout(timer);
  }
}

async function pump(body: ReadableStream<Uint8Array>, onEvent: StreamOptions["onEvent"], heard: () => void) {
  const parser = createParser({ onEvent });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    parser.feed(decoder.decode(value, { stream: true }));
  }
}
