import {
  acknowledgement,
  agentPaths,
  epochReply,
  type HeartbeatBody,
  type RegisterBody,
  type ReportsBody,
  registrationReply,
} from "@skypanel/control-plane/contract/agent.ts";
import { limits } from "@skypanel/crds/limits.ts";
import type { Millis } from "@skypanel/runtime/clock.ts";
import { Agent, type Dispatcher, request as exchange } from "undici";
import type { z } from "zod";
import type { Credential } from "./token.ts";

export type Registration = z.infer<typeof registrationReply>;

/** The control plane's routes for clusters. Each call has a deadline and throws Refused for an answer that is not success. */
export interface ControlPlane {
  /** Presents the one-time token; the only call without our own credential. */
  register(token: string, body: RegisterBody, signal: AbortSignal): Promise<Registration>;
  registration(signal: AbortSignal): Promise<Registration>;
  epoch(signal: AbortSignal): Promise<number>;
  heartbeat(body: HeartbeatBody, signal: AbortSignal): Promise<void>;
  /** False: the sequence was not above the last one accepted. */
  reports(body: ReportsBody, signal: AbortSignal): Promise<boolean>;
}

/** The control plane answered, but not with success. `message` is its own sentence, made for people. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly retryAfterMs: Millis | undefined;
  /** The problem's reason; undefined if something else than the control plane answered, a proxy's page for one. */
  readonly reason: string | undefined;

  constructor(status: number, message: string, retryAfterMs?: Millis, reason?: string) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.reason = reason;
  }
}

const replyBytes = limits.outgoing.bodyBytes;

interface Request<T> {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly reply: z.ZodType<T>;
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

/** Speaks to the control plane at `url` as the cluster that `credential` signs for. */
export function controlPlane(url: URL, credential: Credential): ControlPlane {
  const agent = new Agent({ connect: { timeout: limits.outgoing.connectMillis }, maxResponseSize: replyBytes });
  const send = <T>(token: string, request: Request<T>) => ask(agent, url, token, request);
  const asCluster = async <T>(request: Request<T>): Promise<T> => {
    try {
      return await send(credential.token(), request);
    } catch (error) {
      if (error instanceof Refused && error.status === 401) credential.forget();
      throw error;
    }
  };
  return {
    register: (token, body, signal) =>
      send(token, { method: "POST", path: agentPaths.register, reply: registrationReply, body, signal }),
    registration: (signal) =>
      asCluster({ method: "GET", path: agentPaths.registration, reply: registrationReply, signal }),
    epoch: async (signal) =>
      (await asCluster({ method: "POST", path: agentPaths.epoch, reply: epochReply, signal })).epoch,
    heartbeat: async (body, signal) => {
      await asCluster({ method: "POST", path: agentPaths.heartbeat, reply: acknowledgement, body, signal });
    },
    reports: async (body, signal) =>
      (await asCluster({ method: "POST", path: agentPaths.reports, reply: acknowledgement, body, signal })).accepted,
  };
}

async function ask<T>(agent: Agent, url: URL, token: string, request: Request<T>): Promise<T> {
  const { status, retryAfter, text } = await answerTo(agent, url, token, request);
  // A redirection is no success either: our credential goes to this host and no other.
  if (status < 200 || status > 299) throw refusal(status, text, retryAfter);
  const parsed = request.reply.safeParse(parse(text));
  if (!parsed.success) throw new Refused(status, "the answer is not the control plane's");
  return parsed.data;
}

async function answerTo(agent: Agent, url: URL, token: string, { method, path, body, signal }: Request<unknown>) {
  const deadline = AbortSignal.timeout(limits.outgoing.totalMillis);
  const json = body === undefined ? {} : { "content-type": "application/json" };
  try {
    const response = await exchange(new URL(path, url), {
      dispatcher: agent,
      method,
      headers: { accept: "application/json", authorization: `Bearer ${token}`, ...json },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, deadline]),
    });
    return {
      status: response.statusCode,
      retryAfter: response.headers["retry-after"],
      text: await response.body.text(),
    };
  } catch (error) {
    signal.throwIfAborted();
    const why = deadline.aborted ? "no answer in time" : error instanceof Error ? error.message : String(error);
    throw new Error(`the control plane does not answer: ${why}`, { cause: error });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy's page: told apart by the schema
  }
}

/** With detail and remedy of a problem body, or the bare status if something else than the control plane answered. */
function refusal(status: number, text: string, retryAfter: Dispatcher.ResponseData["headers"][string]): Refused {
  const { detail, remedy, reason } = Object(parse(text));
  const words = [detail, remedy].filter((word) => typeof word === "string" && word !== "");
  const sentence = words.length === 0 ? `HTTP ${status}` : words.join(" ").slice(0, 500);
  const seconds = Number(retryAfter);
  const waitMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
  return new Refused(status, sentence, waitMs, typeof reason === "string" ? reason : undefined);
}
