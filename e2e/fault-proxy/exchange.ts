import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { Call } from "./call.ts";
import type { Head, Upstream } from "./upstream.ts";

/** Changes the bytes of an answer on their way. */
export type Shape = (bytes: AsyncIterable<Buffer>, exchange: Exchange) => AsyncIterable<Buffer>;

/** One call under way: the caller on one side, the server on the other. */
export class Exchange {
  readonly call: Call;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Resolves when the caller's side has ended, whoever ended it. */
  readonly closed: Promise<void>;
  readonly #way: Upstream;
  readonly #reset: () => void;
  #isFrozen = false;
  #isCut = false;

  constructor(call: Call, request: IncomingMessage, response: ServerResponse, way: Upstream, reset: () => void) {
    this.call = call;
    this.request = request;
    this.response = response;
    this.closed = once(response, "close").then(() => undefined);
    this.#way = way;
    this.#reset = reset;
  }

  /** Sends the request, or another head or body in its place; resolves with the head of the answer. */
  async ask(body: Readable | Buffer = this.request, head: Head = headOf(this.request)): Promise<IncomingMessage> {
    const answer = await this.#way.send(head, body, () => {
      this.call.at.sent = performance.now();
    });
    this.call.at.answered = performance.now();
    return answer;
  }

  /** The whole body of the request; it can be sent more than once, and after the caller has gone. */
  body(): Promise<Buffer> {
    return buffer(this.request);
  }

  /** Gives the caller an answer, its body in another shape if asked. */
  async give(answer: IncomingMessage, shape: Shape = same, isLengthKept = true): Promise<void> {
    const { statusCode = 502, statusMessage = "", rawHeaders } = answer;
    const headers = isLengthKept ? rawHeaders : withoutLength(rawHeaders);
    this.head(statusCode, statusMessage, headers);
    void this.closed.then(() => answer.destroy()); // a watch ends with its caller, not with its next event
    await pipeline(this.#whileOpen(shape(answer, this)), this.response);
  }

  /** Writes the head of an answer exactly as given. */
  head(status: number, message: string, rawHeaders: readonly string[]): void {
    this.call.status = status;
    this.response.sendDate = false;
    this.response.removeHeader("connection"); // Node would add its own; a connection stays open without it
    this.response.writeHead(status, message, [...rawHeaders]);
    this.response.flushHeaders(); // a watch may have nothing to say for a minute
  }

  /** Ends the caller's connection after what was written, in the middle of the answer. */
  cut(): void {
    this.#isCut = true;
    this.request.socket.destroySoon();
  }

  /** Ends the caller's connection by a TCP reset. */
  refuse(): void {
    this.#reset();
  }

  /** From now on the caller gets no byte, on a connection that stays open. */
  freeze(): void {
    this.#isFrozen = true;
  }

  /** Gives nothing more once the connection is cut or frozen: not even the end, which would look like a good one. */
  async *#whileOpen(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      if (this.#isFrozen || this.#isCut) break;
      yield chunk;
    }
    if (this.#isFrozen || this.#isCut) await this.closed;
  }
}

const same: Shape = (bytes) => bytes;

function headOf({ method = "GET", url = "/", rawHeaders }: IncomingMessage): Head {
  return { method, path: url, rawHeaders };
}

function withoutLength(rawHeaders: readonly string[]): string[] {
  const isLength = (index: number) => /^content-length$/i.test(rawHeaders[index - (index % 2)] ?? "");
  return rawHeaders.filter((_, index) => !isLength(index));
}
