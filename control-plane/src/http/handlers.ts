import type { ServerResponse } from "node:http";
import type { z } from "zod";
import type { Endpoint, EndpointName, Endpoints, Parsed, PathParams } from "../contract/endpoint.ts";
import type { Keep } from "./answered-once.ts";
import type { Caller, OrgCaller } from "./caller.ts";

type CallerOf<Name extends EndpointName, E extends Endpoint> = E["may"] extends "public"
  ? undefined
  : "org" extends keyof PathParams<Name>
    ? OrgCaller
    : Caller;

/** A request that has been bounded, authenticated, authorised and parsed. */
export interface RequestOf<Name extends EndpointName, E extends Endpoint> {
  params: PathParams<Name>;
  query: Parsed<E["query"]>;
  body: Parsed<E["body"]>;
  caller: CallerOf<Name, E>;
  /** The revision of `If-Match`: what the editor saw. */
  revision: E["ifMatch"] extends true ? string : undefined;
  idempotencyKey: string | undefined;
  /** Keeps the answer with the work, so that a retry under its key does nothing again. Streams have none to keep. */
  keep: E["stream"] extends true ? undefined : Keep;
  requestId: string;
  /** The client's address, as far as the trusted proxies tell. */
  address: string;
  /** A header's value; undefined when it is absent or doubled. */
  header(name: string): string | undefined;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
}

/** What a handler answers: the body, its revision as ETag, and cookies to set. */
export interface Answer<Reply> {
  reply: Reply;
  revision?: string;
  cookies?: readonly string[];
}

/** The function behind an endpoint; a stream writes to the response itself, and resolves when it has ended. */
export type Handler<Name extends EndpointName, E extends Endpoint> = E["stream"] extends true
  ? (request: RequestOf<Name, E>, response: ServerResponse) => Promise<void>
  : (request: RequestOf<Name, E>) => Promise<Answer<z.input<E["reply"]>>>;

/** One handler for each endpoint: a missing one does not compile. */
export type Handlers<E extends Endpoints> = { [Name in keyof E & EndpointName]: Handler<Name, E[Name]> };
