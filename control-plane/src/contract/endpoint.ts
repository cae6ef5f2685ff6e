import type { ZodType, z } from "zod";
import type { Action } from "./actions.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The literal name of an endpoint: its method and its path under `/api/v1`, as in features.md §22. */
export type EndpointName = `${Method} /${string}`;

type Segment<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Segment<Rest> : never;

/** The parameters a path such as `/orgs/{org}/apps/{app}` names: here `{ org: string; app: string }`. */
export type PathParams<Name extends string> = { [K in Segment<Name>]: string };

/**
 * One endpoint as data. `may` names the action that access.ts grants to roles; "public" needs no session.
 * `ifMatch` demands the revision the editor saw (428 without, 412 when stale). `idempotency` says whether an
 * `Idempotency-Key` is required or only honoured. `stream` marks a reply that is server-sent events.
 */
export interface Endpoint {
  readonly may: Action;
  readonly summary: string;
  readonly status: 200 | 201 | 202 | 204;
  readonly query?: ZodType;
  readonly body?: ZodType;
  readonly reply: ZodType;
  readonly ifMatch?: true;
  readonly idempotency?: "required" | "honoured";
  readonly stream?: true;
}

export type Endpoints = Readonly<Record<EndpointName, Endpoint>>;

/** Returns the same endpoints, checked to be well-formed while their exact types are kept. */
export function defineEndpoints<const E extends Endpoints>(endpoints: E): E {
  return endpoints;
}

/** The body a caller sends: before defaults are filled in. */
export type BodyOf<E extends Endpoint> = E["body"] extends ZodType ? z.input<E["body"]> : undefined;

/** The query a caller sends: before defaults are filled in. */
export type QueryOf<E extends Endpoint> = E["query"] extends ZodType ? z.input<E["query"]> : undefined;

/** The body or query a service receives: parsed, defaults filled in. */
export type Parsed<T> = T extends ZodType ? z.output<T> : undefined;

/** The reply a caller receives. */
export type ReplyOf<E extends Endpoint> = z.output<E["reply"]>;
