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

  constructor(status: number, message: string, retryAfterMs: Millis | undefined) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

interface Request<T> {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly reply: z.ZodType<T>;
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

/** Speaks to the control plane at `url` as the cluster that `credential` signs for. */
export function controlPlane(url: URL, credential: Credential): ControlPlane {
  const asCluster = async <T>(request: Request<T>): Promise<T> => {
    try {
      return await send(url, credential.token(), request);
    } catch (error) {
      if (error instanceof Refused && error.status === 401) credential.forget();
      throw error;
    }
  };
  return {
    register: (token, body, signal) =>
      send(url, token, { method: "POST", path: agentPaths.register, reply: registrationReply, body, signal }),
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

async function send<T>(url: URL, token: string, { method, path, reply, body, signal }: Request<T>): Promise<T> {
  const response = await fetch(new URL(path, url), {
    method,
    redirect: "error", // our credential goes to this host and no other
    headers: {
      accept: "application/json",
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(limits.outgoing.totalMillis)]),
  });
  const text = await response.text();
  if (!response.ok) throw new Refused(response.status, sentence(response.status, text), retryAfterMs(response.headers));
  const parsed = reply.safeParse(parse(text));
  if (!parsed.success) throw new Refused(response.status, "the answer is not the control plane's", undefined);
  return parsed.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy's page: told apart by the schema
  }
}

/** Detail and remedy of a problem body, or the bare status if something else than the control plane answered. */
function sentence(status: number, text: string): string {
  const { detail, remedy } = Object(parse(text));
  const words = [detail, remedy].filter((word) => typeof word === "string" && word !== "");
  return words.length === 0 ? `HTTP ${status}` : words.join(" ").slice(0, 500);
}

function retryAfterMs(headers: Headers): Millis | undefined {
  const seconds = Number(headers.get("retry-after"));
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}
