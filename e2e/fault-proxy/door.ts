import { once } from "node:events";
import { createServer as createHttp, type RequestListener, type Server } from "node:http";
import { createServer as createHttps, Server as HttpsServer } from "node:https";
import type { Socket } from "node:net";
import type { Authority } from "./authority.ts";

/** The side of a proxy that callers connect to: a port of loopback, with TLS if the server behind has it. */
export interface Door {
  readonly url: string;
  readonly server: Server;
  /** Ends one connection by a TCP reset. */
  reset(port: number | undefined): void;
  /** Ends all connections; new ones see this certificate. */
  show(certificate: "good" | "expired" | "foreign"): void;
  close(): Promise<void>;
}

/** Opens a door; `answer` gets each request that is not an upgrade. */
export async function openDoor(isTls: boolean, keys: Authority, answer: RequestListener): Promise<Door> {
  const options = { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 }; // time-outs are faults, and asked for
  const server = isTls ? createHttps({ ...options, ...keys.good }, answer) : createHttp(options, answer);
  const sockets = new Map<number | undefined, Socket>();
  server.on("connection", (socket: Socket) => {
    const { remotePort } = socket;
    sockets.set(remotePort, socket);
    socket.once("close", () => sockets.delete(remotePort));
    socket.on("error", () => {}); // callers vanish; what they miss is theirs
  });
  server.on("tlsClientError", () => {}); // a caller that refuses our certificate
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  const endAll = () => {
    for (const socket of sockets.values()) socket.destroy();
  };
  return {
    url: `${isTls ? "https" : "http"}://127.0.0.1:${address.port}`,
    server,
    reset: (port) => sockets.get(port)?.resetAndDestroy(),
    show: (certificate) => {
      if (server instanceof HttpsServer) server.setSecureContext(keys[certificate]);
      endAll();
    },
    close: async () => {
      server.close();
      endAll();
      await once(server, "close");
    },
  };
}
