import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { parsed, refusal, spoken } from "./answer.ts";
import { type Credentials, keepCredentials } from "./credentials.ts";
import { failureOfNetwork } from "./failure.ts";
import { isKubeError, KubeError } from "./kube.ts";
import type { AccessSource } from "./kubeconfig.ts";
import { limiter } from "./limiter.ts";
import { readText } from "./lines.ts";
import type { KubeMetrics } from "./metrics.ts";
import { announced, poolsFor } from "./pools.ts";
import { renewed, repeated } from "./retry.ts";
import { timed } from "./timed.ts";

/** One request, without what is the same for all: server, credentials, retries. */
export interface Call {
  readonly method: "GET" | "PATCH" | "DELETE";
  readonly path: string;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: string;
  /** The answer is no JSON and given as it is. */
  readonly isText?: true;
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
const refusalBytes = 64 * 1024;

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
  const measured = async <T extends { status: number }>(method: Call["method"], work: () => Promise<T>): Promise<T> => {
    const started = clock.monotonic();
    const count = (code: string) => {
      metrics.requests.inc({ method, code });
      metrics.requestSeconds.observe({ method }, (clock.monotonic() - started) / 1000);
    };
    try {
      const reply = await work();
      count(String(reply.status));
      return reply;
    } catch (error) {
      if (isKubeError(error)) count(error.status === 0 ? "none" : String(error.status));
      throw error;
    }
  };

  const once = async (call: Call) => {
    const { method, path, body } = call;
    const isWrite = method !== "GET";
    let isOpen = false; // a write is out, and its outcome not known
    const onWrite = () => {
      if (isWrite) options.mayWrite?.();
      isOpen = isWrite;
    };
    const late = () => new KubeError("timeout", `no answer in ${call.deadlineMs} ms`, { outcomeKnown: !isOpen });
    const deadline = timed(clock, call.signal, late);
    deadline.start(call.deadlineMs);
    try {
      const request = { method, path, headers: headers(call), signal: deadline.signal, ...(body && { body }) };
      const reply = await announced(pools.requests, onWrite).request(request);
      const text = await readText(reply.body, call.maxBytes);
      if (reply.statusCode >= 300) throw refusal(reply.statusCode, text, reply.headers);
      return { status: reply.statusCode, body: call.isText ? text : parsed(text, reply.statusCode) };
    } catch (error) {
      throw failureOfNetwork(error, call.signal, isOpen);
    } finally {
      deadline.end();
    }
  };
  const attempt = async (call: Call) => {
    const leave = await places.enter(call.signal);
    try {
      const reply = await measured(call.method, () => once(call));
      options.onEnd?.(true);
      return reply;
    } catch (error) {
      if (isKubeError(error) && error.kind !== "fenced") options.onEnd?.(error.status > 0 && error.status < 500);
      if (isKubeError(error, "tooMany")) places.slowDown();
      throw error;
    } finally {
      leave();
    }
  };

  const open = async (path: string, silenceMs: Millis, signal: AbortSignal) => {
    const silence = timed(clock, signal, () => new KubeError("timeout", "no byte came for too long"));
    silence.start(firstByteMs);
    try {
      const asked = { method: "GET", path, headers: headers({}), signal: silence.signal } as const;
      const reply = await pools.streams.request(asked);
      if (reply.statusCode < 300) return { status: reply.statusCode, body: spoken(reply.body, silence, silenceMs) };
      throw refusal(reply.statusCode, await readText(reply.body, refusalBytes), reply.headers);
    } catch (error) {
      silence.end();
      throw failureOfNetwork(error, signal);
    }
  };

  const { refresh } = credentials;
  return {
    send: (call) => {
      const { signal, method } = call;
      return repeated({ clock, random, refresh, signal, isRead: method === "GET" }, () => attempt(call));
    },
    stream: async (path, silenceMs, signal) => {
      const reply = await renewed(refresh, () => measured("GET", () => open(path, silenceMs, signal)));
      return reply.body;
    },
    destroy: async () => {
      credentials.stop();
      await Promise.all([pools.requests.destroy(), pools.streams.destroy()]);
    },
  };
}
