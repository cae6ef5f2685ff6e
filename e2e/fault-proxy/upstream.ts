import { once } from "node:events";
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Readable } from "node:stream";

/** The head of a request, as it came. */
export interface Head {
  readonly method: string;
  readonly path: string;
  /** Names and values in turn, with their case. */
  readonly rawHeaders: readonly string[];
}

/** The server behind a proxy. */
export interface Upstream {
  /** Sends one request; resolves with its answer's head. `onSent` is called once the whole of it is written. */
  send(head: Head, body: Readable | Buffer, onSent?: () => void, signal?: AbortSignal): Promise<IncomingMessage>;
  close(): void;
}

/** A client's certificate for the server, and whom to trust there. */
export interface Trust {
  readonly ca?: string;
}

const idleMs = 30_000;

/** Returns the way to the server at `target`: pooled HTTP/1.1; headers go as they came, the caller's token with them. */
export function upstream(target: URL, trust: Trust): Upstream {
  const isTls = target.protocol === "https:";
  const agent = isTls
    ? new HttpsAgent({ keepAlive: true, timeout: idleMs, ...trust })
    : new HttpAgent({ keepAlive: true, timeout: idleMs });
  const port = target.port || (isTls ? 443 : 80);
  return {
    send: async (head, body, onSent, signal) => {
      const options: RequestOptions = {
        ...{ agent, host: target.hostname, port, method: head.method, path: head.path, setHost: false },
        ...{ headers: [...head.rawHeaders], timeout: 0, ...(signal === undefined ? {} : { signal }) },
      };
      const sent = isTls ? httpsRequest(options) : httpRequest(options);
      const failed = new Promise<never>((_, reject) => sent.once("error", reject));
      if (onSent !== undefined) sent.once("finish", onSent);
      if (Buffer.isBuffer(body)) sent.end(body);
      else body.pipe(sent);
      const [answer] = (await Promise.race([once(sent, "response"), failed])) as [IncomingMessage]; // the event's type
      return answer;
    },
    close: () => agent.destroy(),
  };
}
