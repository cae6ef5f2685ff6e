import { limits } from "@skypanel/crds/limits.ts";
import type { Millis } from "@skypanel/runtime/clock.ts";
import { failureOfNetwork, failureOfStatus } from "./failure.ts";
import { type Kube, KubeError, type Live, type Page, type Resource, type WatchEvent } from "./kube.ts";
import { lines } from "./lines.ts";
import { collectionPath, objectPath, withQuery } from "./paths.ts";
import { apiVersionOf } from "./resources.ts";
import type { Transport } from "./transport.ts";

const single = { deadlineMs: limits.kube.callMillis, maxBytes: limits.kube.bodyBytes };
const page = { deadlineMs: limits.kube.pageMillis, maxBytes: limits.kube.listBodyBytes };
const longestSilenceMs: Millis = 150_000; // bookmarks come every minute
const partial = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

export interface RestKubeOptions {
  /** Of single requests; shorter for the lease. */
  readonly deadlineMs?: Millis;
  /** How long a watch may say nothing. */
  readonly silenceMs?: Millis;
}

/** The port to a real API server. */
export function restKube(transport: Transport, options: RestKubeOptions = {}): Kube {
  const one = { ...single, deadlineMs: options.deadlineMs ?? single.deadlineMs };
  const silenceMs = options.silenceMs ?? longestSilenceMs;
  return {
    get: async <T extends Live>(ref: Parameters<Kube["get"]>[0], how: Parameters<Kube["get"]>[1] = {}) => {
      const accept = how.metadataOnly ? { accept: partial } : {};
      const reply = await transport.send({
        method: "GET",
        path: objectPath(ref),
        ...accept,
        ...one,
        signal: how.signal,
      });
      return live<T>(reply.body);
    },
    list: (resource, options) => pages(transport, resource, options),
    watch: (resource, options) => events(transport, silenceMs, resource, options),
    apply: async <T extends Live>(...[ref, body, how]: Parameters<Kube["apply"]>) => {
      const query = { fieldManager: how.manager, force: how.force };
      const path = how.status ? `${objectPath(ref)}/status` : objectPath(ref);
      const reply = await transport.send({
        method: "PATCH",
        path: withQuery(path, query),
        contentType: "application/apply-patch+yaml", // JSON is YAML
        body: JSON.stringify({ ...body, apiVersion: apiVersionOf(ref.resource), kind: ref.resource.kind }),
        ...one,
        signal: how.signal,
      });
      return { object: live<T>(reply.body), created: reply.status === 201 };
    },
    delete: async (ref, { uid, resourceVersion, signal }) => {
      const body = JSON.stringify({ preconditions: { uid, resourceVersion }, propagationPolicy: "Background" });
      const path = objectPath(ref);
      await transport.send({ method: "DELETE", path, contentType: "application/json", body, ...one, signal });
    },
  };
}

async function* pages<T extends Live>(
  transport: Transport,
  resource: Resource,
  { namespace, labelSelector, limit, signal }: Parameters<Kube["list"]>[1],
): AsyncGenerator<Page<T>> {
  let from: string | undefined;
  do {
    const path = withQuery(collectionPath(resource, namespace), { labelSelector, limit, continue: from });
    const { body } = await transport.send({ method: "GET", path, ...page, signal });
    const list = Object(body) as { metadata?: { resourceVersion?: string; continue?: string }; items?: T[] }; // the API's list
    if (list.metadata?.resourceVersion === undefined) throw new KubeError("protocol", "the list has no version");
    const items = (list.items ?? []).map((item) => named(item, resource));
    yield { items, resourceVersion: list.metadata.resourceVersion };
    from = list.metadata.continue || undefined;
  } while (from !== undefined);
}

/** Items of a list do not say what they are; objects of a watch do. */
function named<T extends Live>(item: T, resource: Resource): T {
  return { ...item, apiVersion: apiVersionOf(resource), kind: resource.kind };
}

async function* events(
  transport: Transport,
  silenceMs: Millis,
  resource: Resource,
  { labelSelector, resourceVersion, initial, timeoutSeconds, signal }: Parameters<Kube["watch"]>[1],
): AsyncGenerator<WatchEvent> {
  const state = initial ? { sendInitialEvents: true, resourceVersionMatch: "NotOlderThan" } : {};
  const query = { watch: true, allowWatchBookmarks: true, labelSelector, resourceVersion, timeoutSeconds, ...state };
  const bytes = await transport.stream(withQuery(collectionPath(resource), query), silenceMs, signal);
  try {
    for await (const line of lines(bytes, limits.kube.bodyBytes)) yield eventOf(line);
  } catch (error) {
    throw failureOfNetwork(error, signal);
  }
}

const types: Readonly<Record<string, "added" | "modified" | "deleted">> = {
  ADDED: "added",
  MODIFIED: "modified",
  DELETED: "deleted",
};

/** One line of a watch. What cannot be read is an event too: the reflector counts it and lists again. */
function eventOf(line: string | undefined): WatchEvent {
  if (line === undefined) return { type: "broken", why: "too long" };
  const read = parsed(line);
  if (read === undefined) return { type: "broken", why: "unparsable" };
  const { type, object } = read;
  const known = types[String(type)];
  if (type === "ERROR") return { type: "error", error: failureOfStatus(object) };
  const { metadata } = Object(object) as { metadata?: Live["metadata"] }; // read field by field below
  if (type === "BOOKMARK" && metadata?.resourceVersion !== undefined) {
    const isEnd = metadata.annotations?.["k8s.io/initial-events-end"] === "true";
    return { type: isEnd ? "initial-end" : "bookmark", resourceVersion: metadata.resourceVersion };
  }
  if (known === undefined) return { type: "broken", why: "unknown type" };
  const { uid, resourceVersion, name } = metadata ?? {};
  if (uid === undefined || resourceVersion === undefined || name === undefined)
    return { type: "broken", why: "no uid" };
  return { type: known, object: live(object) };
}

function parsed(line: string): { type?: unknown; object?: unknown } | undefined {
  try {
    return Object(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function live<T extends Live>(body: unknown): T {
  const object = body as T; // the API's answer to a request for this kind
  if (typeof object !== "object" || object === null || typeof object.metadata?.name !== "string") {
    throw new KubeError("protocol", "the answer is not an object", { outcomeKnown: false });
  }
  return object;
}
