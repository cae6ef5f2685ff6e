import { type ErrorKind, isKubeError, KubeError } from "./kube.ts";

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
  const isApis = status.kind === "Status" && typeof status.message === "string"; // anybody else's words may be a body
  const message = isApis ? String(status.message) : `HTTP ${code}`;
  return new KubeError(kindOf(code, body, status, message), message, {
    status: code,
    retryAfterMs: retryAfterMs(retryAfter ?? status.details?.retryAfterSeconds),
    // The store, or a gateway, may give up on a write that goes on behind it.
    outcomeKnown: code < 500,
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

// Node's words for a certificate that our authority did not sign, or that is of another host or time.
const untrusted = /CERT|^ERR_TLS|^UNABLE_TO_VERIFY/;

/**
 * The error of a request that got no whole answer. An abort by the caller is passed on as it is, unless a write was
 * out already: `isOpen` says so, and then only a consistent read tells what became of it.
 */
export function failureOfNetwork(error: unknown, signal: AbortSignal | undefined, isOpen = false): unknown {
  if (error instanceof KubeError && (error.status > 0 || !signal?.aborted)) return error;
  if (signal?.aborted && !isOpen) return signal.reason;
  if (signal?.aborted) return new KubeError("timeout", "given up before the answer", { outcomeKnown: false });
  return new KubeError("network", `no answer from the API: ${codeOf(error)}`, { outcomeKnown: !isOpen, cause: error });
}

/** True if no connection was made because the server's certificate was not accepted. */
export function isUntrusted(error: unknown): boolean {
  return isKubeError(error, "network") && untrusted.test(codeOf(error.cause));
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.cause === undefined ? error.name : codeOf(error.cause);
}
