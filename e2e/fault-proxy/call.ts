/** What a request asks for, in the words rules are written in. */
export interface Asked {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  /** get, list, watch, create, update, apply, patch, delete, deletecollection; the method in small letters elsewhere. */
  readonly verb: string;
  readonly group: string;
  /** The plural; the path without its query where it is not the Kubernetes API's. */
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** One request that came to a proxy. Times are milliseconds of the monotonic clock. */
export interface Call extends Asked {
  readonly arrow: string;
  /** From 1, in the order of arrival. */
  readonly n: number;
  readonly at: { readonly arrived: number; sent?: number; answered?: number; ended?: number };
  /** The status the caller saw; absent: it saw none. */
  status?: number;
  /** Each action that met it. */
  readonly faults: string[];
}

interface Place {
  readonly group: string;
  readonly segments: readonly string[];
}

/** Reads what a request asks for from its head; any request has an answer, for a log must show strange ones too. */
export function asked(method: string, path: string, contentType = ""): Asked {
  const url = new URL(path, "http://proxy");
  const place = apiPlace(url.pathname.split("/").filter((segment) => segment !== ""));
  if (place === undefined) {
    const bare = { group: "", resource: url.pathname, subresource: "", namespace: "", name: "" };
    return { method, path, verb: method.toLowerCase(), ...bare };
  }
  const [resource = "", name = "", ...more] = inNamespace(place.segments) ? place.segments.slice(2) : place.segments;
  const namespace = inNamespace(place.segments) ? plain(place.segments[1]) : "";
  const isWatch = ["true", "1"].includes(url.searchParams.get("watch") ?? "");
  const verb = verbOf(method, name !== "", isWatch, contentType);
  return {
    ...{ method, path, verb, group: place.group, resource, namespace },
    ...{ name: plain(name), subresource: more.map(plain).join("/") },
  };
}

function apiPlace(segments: readonly string[]): Place | undefined {
  const [root, second, third] = segments;
  if (root === "api" && segments.length > 2) return { group: "", segments: segments.slice(2) };
  if (root === "apis" && third !== undefined && segments.length > 3) {
    return { group: second ?? "", segments: segments.slice(3) };
  }
  return undefined;
}

/** `namespaces/x/pods` lies in x; `namespaces/x` and `namespaces/x/status` are x itself. */
function inNamespace(segments: readonly string[]): boolean {
  const [first, , third] = segments;
  return first === "namespaces" && third !== undefined && third !== "status" && third !== "finalize";
}

function plain(segment = ""): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a lone percent sign is a name like any other to a log
  }
}

function verbOf(method: string, isOne: boolean, isWatch: boolean, contentType: string): string {
  switch (method) {
    case "GET":
      if (isWatch) return "watch";
      return isOne ? "get" : "list";
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return contentType.startsWith("application/apply-patch") ? "apply" : "patch";
    case "DELETE":
      return isOne ? "delete" : "deletecollection";
    default:
      return method.toLowerCase();
  }
}

const writes = new Set(["create", "update", "apply", "patch", "delete", "deletecollection"]);

/** True if the call asks for a change; a Lease is renewed for ever, so it counts as none. */
export function isWrite(call: Asked): boolean {
  return writes.has(call.verb) && call.resource !== "leases";
}
