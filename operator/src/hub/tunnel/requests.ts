import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { logQuery, tunnelPaths } from "@skypanel/control-plane/contract/agent.ts";
import type { z } from "zod";

export type LogQuery = z.infer<typeof logQuery>;

/** What the control plane may ask. Nothing else is reachable through the tunnel, whoever holds its other end. */
export interface TunnelHandlers {
  poke(): void;
  /** Streams an app's log into `to` and resolves when it ended; false, before anything is written, if there is no such app. */
  logs(query: LogQuery, to: LogSink, signal: AbortSignal): Promise<boolean>;
}

/** The reading end of a log stream. */
export interface LogSink {
  /** Says that there is such a log, before its first line: a quiet app may not write one for hours. */
  open(): void;
  /** Sends what may be buffered; false if the reader is slower than the writer: wait for `drained` before the next. */
  write(text: string): boolean;
  drained(): Promise<void>;
}

const maxPathLength = 2_048;
const logHeaders = { ":status": 200, "content-type": "application/x-ndjson" };

/** Answers one request of the tunnel. What is not on the list, malformed or not ours gets one and the same 404. */
export async function answer(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  handlers: TunnelHandlers,
): Promise<void> {
  const path = String(headers[":path"] ?? "");
  const method = String(headers[":method"] ?? "");
  const request = `${method} ${path.split("?", 1)[0]}`;
  stream.resume(); // bodies are not part of the list: nothing of one is kept
  if (request === `POST ${tunnelPaths.poke}` && path === tunnelPaths.poke) {
    handlers.poke();
    stream.respond({ ":status": 204 }, { endStream: true });
    return;
  }
  const query = request === `GET ${tunnelPaths.logs}` ? queryOf(path) : undefined;
  if (query === undefined) return refuse(stream, method);
  const gone = new AbortController();
  stream.once("close", () => gone.abort(new Error("the reader left")));
  const known = await handlers.logs(query, sinkOf(stream), gone.signal);
  if (!known) return refuse(stream, method);
  if (stream.closed || stream.destroyed) return;
  if (!stream.headersSent) stream.respond(logHeaders); // nothing was logged yet: a log all the same
  stream.end();
}

function queryOf(path: string): LogQuery | undefined {
  if (path.length > maxPathLength) return undefined;
  const parameters = new URLSearchParams(path.slice(tunnelPaths.logs.length));
  const entries = [...parameters];
  if (new Set(entries.map(([name]) => name)).size !== entries.length) return undefined; // given twice: which one?
  return logQuery.safeParse(Object.fromEntries(entries)).data;
}

function refuse(stream: ServerHttp2Stream, method: string): void {
  if (stream.closed || stream.destroyed) return;
  const isHead = method === "HEAD"; // its answer has no body, not even an empty one
  stream.respond({ ":status": 404, "content-type": "application/json" }, { endStream: isHead });
  if (!isHead) stream.end('{"error":"not found"}\n');
}

function sinkOf(stream: ServerHttp2Stream): LogSink {
  const open = () => {
    if (!stream.closed && !stream.destroyed && !stream.headersSent) stream.respond(logHeaders);
  };
  return {
    open,
    write: (text) => {
      if (stream.closed || stream.destroyed) return true; // the abort is on its way
      open();
      return stream.write(text);
    },
    drained: () =>
      new Promise((resolve) => {
        const done = () => {
          stream.off("drain", done);
          stream.off("close", done);
          resolve();
        };
        stream.once("drain", done);
        stream.once("close", done);
      }),
  };
}
