import { type ErrorKind, KubeError } from "./kube.ts";

/** What the API says when it refuses: the fields of meta/v1 Status that decide. */
interface Status {
  readonly kind?: unknown;
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
  readonly details?: { readonly retryAfterSeconds?: unknown; readonly causes?: unknown };
}

const byCode: Readonly<Record<number, ErrorKind>> = {
  400: "invalid",
  401: "unauthorized",
  403: "forbidden",
  404: "notFound",
  409: "conflict",
  410: "gone",
  413: "invalid",
  415: "protocol",
  422: "invalid",
  429: "tooMany",
  504: "timeout",
};

// What the API server says, in plain text, about a group that is not installed.
const unknownPath = "404 page not found\n";
const longestRetryAfterMs = 30_000;

/** The error of an answer that is not 2xx. `body` is its parsed JSON, or its text: then it is hardly the API's. */
export function failureOf(code: number, body: unknown, retryAfter: string | undefined): KubeError {
  const status: Status = typeof body === "object" && body !== null ? body : {};
  const message = typeof status.message === "string" ? status.message : `HTTP ${code}`;
  return new KubeError(kindOf(code, body, status, message), message, {
    status: code,
    retryAfterMs: retryAfterMs(retryAfter ?? status.details?.retryAfterSeconds),
    // A gateway may give up on a write that goes on behind it.
    outcomeKnown: code !== 504 && code !== 502,
  });
}

/** The error of a Status that came inside a watch. */
export function failureOfStatus(status: unknown): KubeError {
  const code = typeof status === "object" && status !== null && "code" in status ? Number(status.code) : 0;
  return failureOf(Number.isInteger(code) ? code : 0, status, undefined);
}

function kindOf(code: number, body: unknown, status: Status, message: string): ErrorKind {
  if (code === 403 && hasCause(status, "NamespaceTerminating")) return "terminating";
  if (code === 403 && message.includes("exceeded quota")) return "quota";
  if (status.reason === "Expired" || status.reason === "Gone") return "gone";
  if (code >= 500) return byCode[code] ?? "unavailable";
  if (code === 404 && body === unknownPath) return "notFound";
  if (status.kind !== "Status" && code !== 429) return code === 401 ? "unauthorized" : "protocol";
  return byCode[code] ?? "protocol";
}

function hasCause(status: Status, reason: string): boolean {
  const causes = status.details?.causes;
  return Array.isArray(causes) && causes.some((cause: unknown) => Object(cause).reason === reason);
}

function retryAfterMs(seconds: unknown): number | undefined {
  const value = Number(seconds);
  return Number.isFinite(value) && value > 0 ? Math.min(value * 1000, longestRetryAfterMs) : undefined;
}

// Undici's and Node's words for "no connection was made": the request was never written.
const neverSent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_DESTROYED",
  "UND_ERR_CLOSED",
]);
const tooSlow = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);

/** The error of a request that got no whole answer. An abort by the caller is passed on as it is. */
export function failureOfNetwork(error: unknown, signal: AbortSignal | undefined): unknown {
  if (error instanceof KubeError || signal?.aborted) return signal?.aborted ? signal.reason : error;
  const code = codeOf(error);
  const sent = !neverSent.has(code) && !code.startsWith("ERR_TLS") && !code.includes("CERT");
  const kind = tooSlow.has(code) ? "timeout" : "network";
  return new KubeError(kind, `no answer from the API: ${code}`, { outcomeKnown: !sent, cause: error });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.cause === undefined ? error.name : codeOf(error.cause);
}
