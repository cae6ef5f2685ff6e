import { randomUUID } from "node:crypto";
import { type Api, type ApiName, apiPrefix, csrfHeader, endpoints } from "@skypanel/control-plane/contract/api.ts";
import type { BodyOf, PathParams, QueryOf, ReplyOf } from "@skypanel/control-plane/contract/endpoint.ts";

interface Input<N extends ApiName> {
  readonly params?: PathParams<N>;
  readonly query?: QueryOf<Api[N]>;
  readonly body?: BodyOf<Api[N]>;
  readonly revision?: string;
  readonly idempotencyKey?: string;
}

/** What an answer was: its status, its ETag without quotes, and its body as it came (text when it is not JSON). */
export interface Answer<T> {
  readonly status: number;
  readonly revision: string | undefined;
  readonly body: T;
  readonly text: string;
}

/** Thrown by `call` when an endpoint does not answer 2xx: the problem's text is in the message. */
class RefusedError extends Error {}

/** A person at the API: keeps the session's cookies, sends our Origin, the request header and an idempotency key. */
export interface ApiClient {
  readonly url: string;
  /** The reply of an endpoint, typed by the contract; throws when the status is not 2xx. */
  call<N extends ApiName>(name: N, input?: Input<N>): Promise<ReplyOf<Api[N]>>;
  /** The answer whatever its status, with a body of any shape: for tests of refusals. */
  ask(name: ApiName, input?: { [K in keyof Input<ApiName>]?: unknown }): Promise<Answer<unknown>>;
  /** The raw response of a GET, for streams; `path` is under `/api/v1`. */
  open(path: string, signal: AbortSignal, headers?: Record<string, string>): Promise<Response>;
  cookies(): string;
}

const fill = (path: string, params: Record<string, string>): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? `{${name}}`));

const queryText = (query: Record<string, unknown> | undefined): string => {
  const entries = Object.entries(query ?? {}).map(([key, value]): [string, string] => [key, String(value)]);
  return entries.length === 0 ? "" : `?${new URLSearchParams(entries)}`;
};

/** Returns a client of the control plane at `url`, not signed in. */
export function apiClient(url: string): ApiClient {
  const jar = new Map<string, string>();
  const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  const remember = (response: Response) => {
    for (const line of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (line.split(";")[0] ?? "").split(/=(.*)/s);
      if (value === "") jar.delete(name);
      else jar.set(name, value);
    }
  };
  const ask: ApiClient["ask"] = async (name, input = {}) => {
    const [method = "GET", path = ""] = name.split(" ");
    const params = (input.params ?? {}) as Record<string, string>; // typed by PathParams at the call
    const query = input.query as Record<string, unknown> | undefined; // typed by QueryOf at the call
    const response = await fetch(`${url}${apiPrefix}${fill(path, params)}${queryText(query)}`, {
      method,
      headers: {
        origin: url,
        [csrfHeader]: "1",
        ...(jar.size > 0 ? { cookie: cookies() } : {}),
        ...(input.body === undefined ? {} : { "content-type": "application/json" }),
        ...(input.revision === undefined ? {} : { "if-match": `"${input.revision}"` }),
        ...(method === "POST" ? { "idempotency-key": String(input.idempotencyKey ?? randomUUID()) } : {}),
      },
      ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    });
    remember(response);
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    const revision = response.headers.get("etag")?.replaceAll('"', "") ?? undefined;
    return { status: response.status, revision, body: isJson ? JSON.parse(text) : text, text };
  };
  return {
    url,
    ask,
    async call<N extends ApiName>(name: N, input?: Input<N>) {
      const answer = await ask(name, input);
      if (answer.status >= 300) throw new RefusedError(`${name}: ${answer.status} ${answer.text}`);
      if (endpoints[name].status === 204) return undefined as ReplyOf<Api[N]>; // these replies are z.undefined()
      return endpoints[name].reply.parse(answer.body) as ReplyOf<Api[N]>; // parsed by the very schema ReplyOf is made of
    },
    open: (path, signal, headers = {}) =>
      fetch(`${url}${apiPrefix}${path}`, { signal, headers: { ...headers, cookie: cookies() } }),
    cookies,
  };
}

/** Returns a client that is signed in. */
export async function signedIn(url: string, email: string, password: string): Promise<ApiClient> {
  const client = apiClient(url);
  await client.call("POST /auth/login", { body: { email, password } });
  return client;
}
