import type { ApiName } from "@skypanel/control-plane/contract/api.ts";
import type { PathParams } from "@skypanel/control-plane/contract/endpoint.ts";

export type Query = Readonly<Record<string, string | number | boolean | undefined | null>>;

export interface RequestParts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Query;
  readonly body?: unknown;
  readonly revision?: string;
  readonly idempotencyKey?: string;
}

const prefix = "/api/v1";

/** The address of endpoint `name` with its parameters filled in and its query in the order given. */
export function addressOf(name: ApiName, params: Readonly<Record<string, string>> = {}, query: Query = {}): string {
  const path = name.slice(name.indexOf("/")).replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = params[key];
    if (value === undefined) throw new Error(`${name} needs ${key}`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(key, String(value));
  }
  return `${prefix}${path}${search.size > 0 ? `?${search}` : ""}`;
}

/** What `fetch` is told for endpoint `name`: method, our headers, and the body as JSON. */
export function initOf(name: ApiName, parts: RequestParts): RequestInit & { headers: Record<string, string> } {
  const method = name.slice(0, name.indexOf(" "));
  const headers: Record<string, string> = { accept: "application/json, application/problem+json" };
  if (method !== "GET") headers["x-skypanel-request"] = "1";
  if (method === "POST" && parts.idempotencyKey) headers["idempotency-key"] = parts.idempotencyKey;
  if (parts.revision !== undefined) headers["if-match"] = `"${parts.revision}"`;
  if (parts.body === undefined) return { method, headers, credentials: "same-origin" };
  headers["content-type"] = "application/json";
  return { method, headers, credentials: "same-origin", body: JSON.stringify(parts.body) };
}

export type ParamsOf<Name extends ApiName> = PathParams<Name>;
