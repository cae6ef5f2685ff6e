import type { ObjectMeta } from "@skypanel/crds/meta.ts";

/** Plain JSON, as it goes over the wire. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [field: string]: Json | undefined;
}

/** One collection of the API: what a kind is called on the wire. `group` is "" for the core API. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** One object's place. `namespace` is absent exactly for cluster-scoped resources. */
export interface Ref {
  readonly resource: Resource;
  readonly namespace?: string;
  readonly name: string;
}

/** What every object the API serves carries; each caller narrows it to the kind it asked for. */
export interface Live {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** A watched object that is not ours, cut down to what shows that its name is taken and by whom. */
export interface Stub extends Live {
  readonly stub: true;
}

/** The field managers we write under; which one owns what is in the operator's documentation. */
export type Manager = "skypanel-operator" | "skypanel-state" | "skypanel-replicas" | "skypanel-lease";

export interface ListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly limit: number;
  readonly signal?: AbortSignal;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** The collection's version this list was read at: where a watch goes on. */
  readonly resourceVersion: string;
}

export interface WatchOptions {
  readonly labelSelector?: string;
  /** "" together with `initial` streams the present state first, up to its bookmark. */
  readonly resourceVersion: string;
  readonly initial: boolean;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

/** One line of a watch. `initial-end` closes the initial state; `broken` is a line that could not be read. */
export type WatchEvent =
  | { readonly type: "added" | "modified" | "deleted"; readonly object: Live }
  | { readonly type: "bookmark"; readonly resourceVersion: string }
  | { readonly type: "initial-end"; readonly resourceVersion: string }
  | { readonly type: "error"; readonly error: KubeError }
  | { readonly type: "broken"; readonly why: string };

export interface ApplyOptions {
  readonly manager: Manager;
  readonly force: boolean;
  readonly status?: true;
  readonly signal?: AbortSignal;
}

export interface Precondition {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly signal?: AbortSignal;
}

/** The port to the Kubernetes API: `transport` speaks it to a server, `memory-kube` is its twin for model tests. */
export interface Kube {
  get<T extends Live = Live>(ref: Ref, options?: { metadataOnly?: true; signal?: AbortSignal }): Promise<T>;
  list<T extends Live = Live>(resource: Resource, options: ListOptions): AsyncIterable<Page<T>>;
  watch(resource: Resource, options: WatchOptions): AsyncIterable<WatchEvent>;
  apply<T extends Live = Live>(
    ref: Ref,
    body: JsonObject,
    options: ApplyOptions,
  ): Promise<{ object: T; created: boolean }>;
  delete(ref: Ref, precondition: Precondition): Promise<void>;
}

/**
 * What went wrong, in the words decisions are made in. `terminating` and `quota` are 403s with a cause of their own;
 * `network` means no reply, `protocol` a reply that is not the API's; `fenced` that we no longer hold the lease.
 */
export type ErrorKind =
  | "conflict"
  | "terminating"
  | "quota"
  | "invalid"
  | "forbidden"
  | "unauthorized"
  | "notFound"
  | "gone"
  | "tooMany"
  | "unavailable"
  | "timeout"
  | "network"
  | "protocol"
  | "fenced";

/** An answer (or silence) of the API that is not success. Messages are cut to 512 characters and never hold a body. */
export class KubeError extends Error {
  override readonly name = "KubeError";
  readonly kind: ErrorKind;
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  /** False: a write was sent and no reply came, so only a consistent read tells whether it happened. */
  readonly outcomeKnown: boolean;

  constructor(
    kind: ErrorKind,
    message: string,
    more: { status?: number; retryAfterMs?: number | undefined; outcomeKnown?: boolean; cause?: unknown } = {},
  ) {
    super(message.slice(0, 512), more.cause === undefined ? undefined : { cause: more.cause });
    this.kind = kind;
    this.status = more.status ?? 0;
    this.retryAfterMs = more.retryAfterMs;
    this.outcomeKnown = more.outcomeKnown ?? true;
  }
}

/** True if `error` is a KubeError of one of `kinds`. */
export function isKubeError(error: unknown, ...kinds: readonly ErrorKind[]): error is KubeError {
  return error instanceof KubeError && (kinds.length === 0 || kinds.includes(error.kind));
}
