import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { type Credentials, keepCredentials } from "./credentials.ts";
import { failureOf, failureOfNetwork } from "./failure.ts";
import { isKubeError, KubeError } from "./kube.ts";
import type { AccessSource } from "./kubeconfig.ts";
import { limiter } from "./limiter.ts";
import { readText } from "./lines.ts";
import type { KubeMetrics } from "./metrics.ts";
import { poolsFor } from "./pools.ts";
import { repeatAfter } from "./retry.ts";

/** One request, without what is the same for all: server, credentials, retries. */
export interface Call {
  readonly method: "GET" | "PATCH" | "DELETE";
  readonly path: string;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly deadlineMs: Millis;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Transport {
  /** The parsed answer of a request that succeeded. Throws KubeError, or the signal's reason. */
  send(call: Call): Promise<{ status: number; body: unknown }>;
  /** The bytes of an answer without end, on a connection of its own. `silenceMs` without a byte ends it. */
  stream(path: string, silenceMs: Millis, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** Ends all connections now. Writes in flight are cut. */
  destroy(): Promise<void>;
}

export interface TransportOptions {
  readonly source: AccessSource;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly metrics: KubeMetrics;
  readonly connections: number;
  readonly pool: "requests" | "lease";
  /** Called in the turn in which a write goes out; throws if it may not. */
  readonly mayWrite?: () => void;
  /** Told how each call ended; false for no answer and 5xx. */
  readonly onEnd?: (good: boolean) => void;
}

const firstByteMs: Millis = 30_000;

function parsed(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // A proxy's page with 200. For a write it says nothing about what happened behind the proxy.
    if (status < 300) throw new KubeError("protocol", "the answer is not JSON", { status, outcomeKnown: false, cause });
    return text;
  }
}

interface Repeating {
  readonly clock: Clock;
  readonly random: () => number;
  readonly refresh: () => Promise<void>;
}

/** Sends again what may be sent again, after the wait it needs; after new credentials on 401. */
function repeating({ clock, random, refresh }: Repeating, attempt: Transport["send"]): Transport["send"] {
  const send = async (call: Call, tried: number): ReturnType<Transport["send"]> => {
    try {
      return await attempt(call);
    } catch (error) {
      if (!isKubeError(error)) throw error;
      if (error.kind === "unauthorized" && tried === 1) {
        await refresh(); // the token may have been exchanged a moment ago
        return send(call, tried + 1);
      }
      const wait = repeatAfter(call.method === "GET", error, tried, random());
      if (wait === undefined) throw error;
      await clock.sleep(wait, call.signal);
      return send(call, tried + 1);
    }
  };
  return (call) => send(call, 1);
}

/** Opens the way to the API server: pooled HTTP/1.1, no pipelining, credentials that renew themselves. */
export async function openTransport(options: TransportOptions): Promise<Transport> {
  const { clock, metrics, random } = options;
  const places = limiter(clock, options.connections);
  const credentials: Credentials = await keepCredentials({
    ...options,
    onNewPeer: (access) => {
      const old = pools;
      pools = poolsFor(access, options);
      void old.requests.close(); // what is in flight may end; watches run out by themselves
      void old.streams.close();
    },
  });
  let pools = poolsFor(credentials.current(), options);

  const headers = (call: Pick<Call, "accept" | "contentType">) => {
    const { token } = credentials.current();
    return {
      accept: call.accept ?? "application/json",
      "user-agent": "skypanel-operator",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(call.contentType === undefined ? {} : { "content-type": call.contentType }),
    };
  };

  const once = async (call: Call) => {
    if (call.method !== "GET") options.mayWrite?.();
    const { method, path, body, signal, deadlineMs } = call;
    const timeouts = { headersTimeout: deadlineMs, bodyTimeout: deadlineMs };
    const request = { method, path, headers: headers(call), ...timeouts, ...(body === undefined ? {} : { body }) };
    const reply = await pools.requests.request({ ...request, ...(signal === undefined ? {} : { signal }) });
    const text = await readText(reply.body, call.maxBytes);
    const answer = parsed(text, reply.statusCode);
    if (reply.statusCode < 300) return { status: reply.statusCode, body: answer };
    throw failureOf(reply.statusCode, answer, header(reply.headers["retry-after"]));
  };

  const attempt = async (call: Call) => {
    const leave = await places.enter(call.signal);
    const started = clock.monotonic();
    const ended = (code: string, good: boolean) => {
      metrics.requests.inc({ method: call.method, code });
      metrics.requestSeconds.observe({ method: call.method }, (clock.monotonic() - started) / 1000);
      options.onEnd?.(good);
    };
    try {
      const reply = await once(call);
      ended(String(reply.status), true);
      return reply;
    } catch (cause) {
      const error = failureOfNetwork(cause, call.signal);
      if (isKubeError(error)) ended(error.status === 0 ? "none" : String(error.status), isAnswer(error));
      if (isKubeError(error, "tooMany")) places.slowDown();
      throw error;
    } finally {
      leave();
    }
  };

  const stream: Transport["stream"] = async (path, silenceMs, signal) => {
    const timeouts = { headersTimeout: firstByteMs, bodyTimeout: silenceMs };
    try {
      const reply = await pools.streams.request({ method: "GET", path, headers: headers({}), signal, ...timeouts });
      if (reply.statusCode < 300) return reply.body;
      const text = await readText(reply.body, 64 * 1024);
      if (reply.statusCode === 401) await credentials.refresh();
      throw failureOf(reply.statusCode, parsed(text, reply.statusCode), header(reply.headers["retry-after"]));
    } catch (error) {
      throw failureOfNetwork(error, signal);
    }
  };

  const destroy = async () => {
    credentials.stop();
    await Promise.all([pools.requests.destroy(), pools.streams.destroy()]);
  };
  const send = repeating({ clock, random, refresh: credentials.refresh }, attempt);
  return { send, stream, destroy };
}

function isAnswer(error: KubeError): boolean {
  return error.status > 0 && error.status < 500;
}

function header(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
