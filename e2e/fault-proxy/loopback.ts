import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, request, type Server } from "node:https";
import { buffer } from "node:stream/consumers";
import { authority } from "./authority.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";

/** What came back, as bytes: nothing left out, nothing decoded. */
interface Reply {
  readonly status: number;
  readonly message: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** A real server on loopback that records what reached it, and a proxy before it. */
export interface Loopback {
  readonly proxy: FaultProxy;
  readonly server: Server;
  /** Method and path of each request that reached the server, in order. */
  readonly reached: string[];
  /** The head and the body so far of an answer without end. */
  open(path: string): Promise<IncomingMessage>;
  ask(path: string, options?: { method?: string; body?: string; direct?: true }): Promise<Reply>;
  close(): Promise<void>;
}

/** Starts both; `answer` is what the server does. */
export async function loopback(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Loopback> {
  const { ca, good } = await authority();
  const reached: string[] = [];
  const server = createServer(good, (incoming, response) => {
    reached.push(`${incoming.method} ${incoming.url}`);
    answer(incoming, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  const target = `https://127.0.0.1:${address.port}`;
  const proxy = await startFaultProxy({ arrow: "test", target, ca });
  const send = async (path: string, { method = "GET", body = "", direct }: Parameters<Loopback["ask"]>[1] = {}) => {
    const headers = {
      authorization: "Bearer t0ken",
      ...(body === "" ? {} : { "content-length": String(body.length) }),
    };
    const sent = request(`${direct ? target : proxy.url}${path}`, { method, ca, headers, agent: false });
    sent.end(body);
    const failed = new Promise<never>((_, reject) => sent.once("error", reject));
    return Promise.race([once(sent, "response").then(([response]) => response as IncomingMessage), failed]); // the event's type
  };
  return {
    ...{ proxy, server, reached },
    open: (path) => send(path),
    ask: async (path, options) => {
      const response = await send(path, options);
      const { statusCode = 0, statusMessage = "", rawHeaders } = response;
      return { status: statusCode, message: statusMessage, rawHeaders, body: await buffer(response) };
    },
    close: async () => {
      await proxy.close();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
