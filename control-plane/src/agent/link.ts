import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import { limits } from "@skypanel/crds/limits.ts";
import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import { createWebSocketStream, WebSocket } from "ws";
import type { z } from "zod";
import { type LogFrame, logFrame, type logQuery, tunnelPaths } from "../contract/agent.ts";
import { NotFound } from "../errors.ts";

/** What is asked of a cluster's logs: a query before its defaults. */
export type LogQuery = z.input<typeof logQuery>;

/** The tunnel of one cluster, on this replica. */
export interface Link {
  /** Says that desired state moved. It carries nothing and may be lost: the operator's interval finds it too. */
  poke(): Promise<void>;
  /**
   * An app's log, frame by frame; reading slowly slows the operator down. Throws NotFound if the operator knows no such
   * app, and whatever broke when the link ends.
   */
  logs(query: LogQuery, signal: AbortSignal): Promise<AsyncIterable<LogFrame>>;
  close(): void;
}

export interface LinkOptions {
  clock: Clock;
  onError(error: Error): void;
  onClose(): void;
}

const answerMs: Millis = limits.outgoing.totalMillis;

/** Speaks HTTP/2 to the operator inside the WebSocket it opened; ends it when it has been silent for 45 s. */
export function openLink(socket: WebSocket, { clock, onError, onClose }: LinkOptions): Link {
  const duplex = createWebSocketStream(socket);
  const session = connect("http://operator.invalid", { createConnection: () => duplex });
  duplex.on("error", onError);
  session.on("error", onError);
  const stopPings = keepAlive(socket, clock);
  socket.once("close", () => {
    stopPings();
    duplex.destroy(); // the session ends with it; ended first, it would write its farewell into a closed socket
    onClose();
  });
  return {
    poke: async () => {
      const stream = session.request({ ":method": "POST", ":path": tunnelPaths.poke }, { endStream: true });
      await statusOf(stream, AbortSignal.timeout(answerMs));
      stream.resume();
    },
    logs: (query, signal) => readLogs(session, query, signal, () => socket.readyState === WebSocket.OPEN),
    close: () => socket.terminate(),
  };
}

async function readLogs(session: ClientHttp2Session, query: LogQuery, signal: AbortSignal, isOpen: () => boolean) {
  const parameters = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
  const path = `${tunnelPaths.logs}?${new URLSearchParams(parameters)}`;
  const stream = session.request({ ":method": "GET", ":path": path }, { endStream: true, signal });
  const status = await statusOf(stream, AbortSignal.any([signal, AbortSignal.timeout(answerMs)]));
  if (status !== 200) {
    stream.close();
    throw new NotFound();
  }
  return frames(stream, isOpen);
}

/** The status of the answer. Rejects if none comes: the stream broke, or `deadline` passed. */
function statusOf(stream: ClientHttp2Stream, deadline: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const late = () => stream.destroy(new Error("the operator did not answer in time"));
    deadline.addEventListener("abort", late, { once: true });
    stream.once("response", (headers) => {
      deadline.removeEventListener("abort", late);
      resolve(Number(headers[":status"]));
    });
    stream.once("error", reject);
    stream.once("close", () => reject(new Error("the tunnel closed before an answer came")));
  });
}

// A line of 16 KiB, every character escaped, and its envelope.
const frameLength = limits.logs.lineBytes * 6 + 1_024;

/** The frames of a body of JSON lines. A worker is not trusted to send nothing else: a bad line ends the stream. */
async function* frames(stream: ClientHttp2Stream, isOpen: () => boolean): AsyncGenerator<LogFrame> {
  stream.setEncoding("utf8");
  let rest = "";
  for await (const chunk of stream) {
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > frameLength) throw new Error("a log frame is too long");
    for (const line of lines) yield logFrame.parse(JSON.parse(line));
  }
  // A session that dies ends its streams as if they were whole.
  if (!isOpen()) throw new Error("the tunnel closed before the log ended");
}

function keepAlive(socket: WebSocket, clock: Clock): () => void {
  let heard = clock.monotonic();
  let cancel = () => {};
  const note = () => {
    heard = clock.monotonic();
  };
  for (const sign of ["ping", "pong", "message"]) socket.on(sign, note);
  const plan = () => {
    cancel = clock.setTimer(limits.tunnel.pingMillis, () => {
      if (clock.monotonic() - heard >= limits.tunnel.deadMillis) return socket.terminate();
      socket.ping();
      plan();
    });
  };
  plan();
  return () => cancel();
}
