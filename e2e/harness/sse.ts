/** One server-sent event as it arrived. */
export interface SseEvent {
  id: string | undefined;
  event: string;
  data: unknown;
}

/** The events of a stream, one at a time. */
export interface SseReader {
  /** The next event; rejects when the stream ended. */
  next(): Promise<SseEvent>;
  /** All events up to the end of the stream. */
  rest(): Promise<SseEvent[]>;
}

/** Reads the events of `response`, comments left out. Throws if it is no stream of events. */
export function readSse(response: Response): SseReader {
  if (response.headers.get("content-type")?.startsWith("text/event-stream") !== true || response.body === null) {
    throw new Error(`not a stream of events: ${response.status}`);
  }
  const events = parse(response.body);
  return {
    next: async () => {
      const { value, done } = await events.next();
      if (done === true) throw new Error("the stream ended");
      return value;
    },
    rest: async () => {
      const all: SseEvent[] = [];
      for await (const event of events) all.push(event);
      return all;
    },
  };
}

async function* parse(body: ReadableStream<Uint8Array>): AsyncGenerator<SseEvent, undefined> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = new Map(block.split("\n").map((line) => [line.split(":")[0], line.replace(/^\w*: ?/, "")]));
      const event = fields.get("event");
      if (event !== undefined) yield { id: fields.get("id"), event, data: JSON.parse(fields.get("data") ?? "null") };
    }
  }
}
