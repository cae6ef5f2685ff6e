import { once } from "node:events";
import { constants, performServerHandshake } from "node:http2";
import type { Duplex } from "node:stream";
import { agentPaths } from "@skypanel/control-plane/contract/agent.ts";
import { limits } from "@skypanel/crds/limits.ts";
import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { createWebSocketStream, WebSocket } from "ws";
import { backoff } from "../backoff.ts";
import type { HubMetrics } from "../metrics.ts";
import type { Credential } from "../token.ts";
import { answer, type TunnelHandlers } from "./requests.ts";

export interface TunnelOptions {
  /** Of the control plane: http or https. */
  readonly url: URL;
  readonly credential: Credential;
  readonly handlers: TunnelHandlers;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly metrics: Pick<HubMetrics, "streams" | "connected">;
}

export interface Tunnel {
  isOpen(): boolean;
  /** Keeps one link open until aborted. */
  run(signal: AbortSignal): Promise<void>;
}

const steadyMs: Millis = 60_000;

/**
 * One outbound WebSocket with HTTP/2 inside, in which we are the server: the control plane asks through a connection we
 * made, so nothing ever connects to the cluster.
 */
export function tunnel(options: TunnelOptions): Tunnel {
  const { clock, log, metrics } = options;
  const pause = backoff(options.random);
  let open = false;

  const opened = (isOpen: boolean) => {
    open = isOpen;
    metrics.connected.set(isOpen ? 1 : 0);
  };
  const link = async (signal: AbortSignal): Promise<void> => {
    const connection = await connect(options, signal);
    const started = clock.monotonic();
    opened(true);
    log.info("tunnel opened");
    try {
      await serve(connection, options, signal);
    } finally {
      opened(false);
      if (clock.monotonic() - started > steadyMs) pause.succeeded();
    }
  };
  return {
    isOpen: () => open,
    run: async (signal) => {
      while (!signal.aborted) {
        try {
          await link(signal);
          log.info("tunnel closed");
        } catch (error) {
          if (signal.aborted) return;
          log.warn({ err: error }, "tunnel failed");
        }
        await clock.sleep(pause.failed(), signal).catch(() => undefined); // aborted: the loop ends
      }
    },
  };
}

interface Connection {
  readonly socket: WebSocket;
  readonly duplex: Duplex;
}

async function connect({ url, credential, log }: TunnelOptions, signal: AbortSignal): Promise<Connection> {
  const address = new URL(agentPaths.tunnel, url);
  address.protocol = url.protocol === "http:" ? "ws:" : "wss:";
  const socket = new WebSocket(address, {
    headers: { authorization: `Bearer ${credential.token()}` },
    perMessageDeflate: false,
    handshakeTimeout: limits.outgoing.totalMillis,
    maxPayload: limits.tunnel.bufferBytes,
  });
  // Before it is open: the control plane speaks first, and what comes before somebody listens is lost.
  const duplex = createWebSocketStream(socket);
  duplex.on("error", (error) => log.debug({ err: error }, "tunnel stream failed"));
  socket.once("unexpected-response", (request, response) => {
    if (response.statusCode === 401) credential.forget();
    request.destroy(new Error(`the control plane answered ${response.statusCode} instead of opening the tunnel`));
  });
  try {
    await once(socket, "open", { signal });
  } catch (error) {
    socket.terminate();
    throw error;
  }
  return { socket, duplex };
}

/** Answers requests until either side closes, nobody answers pings for 45 s, or `signal` aborts. */
async function serve({ socket, duplex }: Connection, options: TunnelOptions, signal: AbortSignal): Promise<void> {
  const { clock, handlers, log, metrics } = options;
  const session = performServerHandshake(duplex, { settings: { maxConcurrentStreams: limits.tunnel.streams } });
  const failed = (error: Error) => log.debug({ err: error }, "tunnel stream failed");
  session.on("error", failed);
  session.on("stream", (stream, headers) => {
    metrics.streams.inc();
    stream.once("close", () => metrics.streams.dec());
    stream.on("error", failed);
    answer(stream, headers, handlers).catch((error: unknown) => {
      log.error({ err: error }, "tunnel request failed");
      stream.close(constants.NGHTTP2_INTERNAL_ERROR); // not a whole answer, and seen not to be
    });
  });
  const stopPings = keepAlive(socket, clock);
  const stop = () => socket.terminate();
  signal.addEventListener("abort", stop, { once: true });
  try {
    if (socket.readyState !== WebSocket.CLOSED) await new Promise((resolve) => socket.once("close", resolve));
  } finally {
    stopPings();
    signal.removeEventListener("abort", stop);
    duplex.destroy(); // the session ends with it; ended first, it would write its farewell into a closed socket
  }
}

/** Pings every 15 s and ends a link whose other end has been silent for 45 s: a cut cable sends no goodbye. */
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
