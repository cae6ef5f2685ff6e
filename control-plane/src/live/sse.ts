import type { ServerResponse } from "node:http";
import { limits } from "@skypanel/crds/limits.ts";
import type { Clock } from "@skypanel/runtime/clock.ts";

/** One browser's stream of server-sent events. */
export interface Sse {
  /**
   * Sends an event; resolves once the browser has room for the next. A browser that takes nothing for a minute is cut
   * off: it comes back with the last id it has.
   */
  send(type: string, data: object, id?: string): Promise<void>;
  /** Ends it after what was sent. */
  end(): void;
  /** Aborted when it has ended, whoever ended it. */
  readonly closed: AbortSignal;
}

/**
 * Begins the answer, and keeps it alive with a comment every 15 s, so that proxies and browsers see life. `stopping` ends
 * it with the server: the browser goes on at another replica.
 */
export function openSse(response: ServerResponse, clock: Clock, stopping: AbortSignal): Sse {
  const closed = new AbortController();
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no", // nginx would gather events before it passes them on
  });
  response.write(": open\n\n");
  let cancel = () => {};
  const beat = () => {
    cancel = clock.setTimer(limits.stream.heartbeatMillis, () => {
      if (response.writableLength <= limits.stream.bufferBytes) response.write(": alive\n\n");
      beat();
    });
  };
  beat();
  const end = () => void response.end();
  if (stopping.aborted) end();
  stopping.addEventListener("abort", end, { once: true });
  response.once("close", () => {
    cancel();
    stopping.removeEventListener("abort", end);
    closed.abort(new Error("the stream is closed"));
  });
  return {
    closed: closed.signal,
    end,
    send: async (type, data, id) => {
      if (closed.signal.aborted || response.writableEnded) return;
      // JSON has no raw line breaks, so one data line always holds it.
      const head = id === undefined ? "" : `id: ${id}\n`;
      response.write(`${head}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
      if (response.writableLength > limits.stream.bufferBytes) await drained(response, clock);
    },
  };
}

/** Waits until the browser has taken what was sent, and cuts it off after a minute. */
async function drained(response: ServerResponse, clock: Clock): Promise<void> {
  const cancel = clock.setTimer(limits.stream.fullMillis, () => response.destroy());
  await new Promise<void>((resolve) => {
    response.once("drain", resolve);
    response.once("close", resolve);
  });
  cancel();
}
