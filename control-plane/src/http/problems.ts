import type { ErrorRequestHandler, Response } from "express";
import type { Problem, ProblemReason } from "../contract/problem.ts";
import { Refused } from "../errors.ts";

/** The only place that turns a reason into a status. */
const answers: Record<ProblemReason, [status: number, title: string]> = {
  Invalid: [400, "The request is not valid"],
  IdempotencyKeyMissing: [400, "An idempotency key is needed"],
  ReservedKey: [400, "The name is reserved"],
  Unauthenticated: [401, "Sign in first"],
  SessionExpired: [401, "The session has ended"],
  Forbidden: [403, "Not allowed"],
  NotFound: [404, "Not found"],
  NameTaken: [409, "The name is taken"],
  HostnameTaken: [409, "The host name is taken"],
  ClusterExists: [409, "The cluster exists"],
  NotEmpty: [409, "Not empty"],
  LastOwner: [409, "The last owner stays"],
  NoCapacity: [409, "No room"],
  ManagedWithKubectl: [409, "Managed with kubectl"],
  TokenExpired: [410, "The token has expired"],
  TokenUsed: [410, "The token has been used"],
  StaleEpoch: [409, "An older epoch"],
  StaleRevision: [412, "Changed by somebody else"],
  TooLarge: [413, "Too large"],
  IdempotencyMismatch: [422, "The key belongs to another request"],
  RevisionMissing: [428, "A revision is needed"],
  TooMany: [429, "Too many requests"],
  InternalError: [500, "Our fault"],
  Unavailable: [503, "Not available"],
  ClusterOffline: [503, "The cluster is offline"],
};

/** The problem body (RFC 9457) for anything thrown; what is not a refusal tells nothing of itself. */
export function problemOf(error: unknown, requestId: string): Problem {
  const refused = error instanceof Refused ? error : undefined;
  const reason = refused?.reason ?? "InternalError";
  const [status, title] = answers[reason];
  return {
    type: `urn:skypanel:problem:${reason}`,
    title,
    status,
    detail: refused?.detail ?? "Something went wrong on our side.",
    reason,
    remedy: refused?.remedy ?? "Try again; if it stays, give the request id to your provider.",
    requestId,
    ...(refused?.revision === undefined ? {} : { revision: refused.revision }),
    ...(refused?.errors === undefined ? {} : { errors: refused.errors.slice(0, 100) }),
  };
}

/** Answers with a problem. A reply that has begun cannot be taken back: its connection is cut instead. */
export function sendProblem(response: Response, error: unknown, requestId: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const problem = problemOf(error, requestId);
  const wait = error instanceof Refused ? error.retryAfterSeconds : undefined;
  if (wait !== undefined) response.setHeader("retry-after", String(wait));
  if (problem.revision !== undefined) response.setHeader("etag", `"${problem.revision}"`);
  response.status(problem.status).type("application/problem+json").send(JSON.stringify(problem));
}

/** Express's last handler: errors of parsing paths and of static files, which are the client's, and bugs, which are ours. */
export function lastResort(
  onBug: (error: unknown, requestId: string) => void,
  notFound: () => Refused,
): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const requestId = String(response.getHeader("x-request-id") ?? "");
    const status: unknown = error instanceof Error ? Reflect.get(error, "status") : undefined;
    const theirs = typeof status === "number" && status < 500;
    if (!theirs && !(error instanceof Refused)) onBug(error, requestId);
    sendProblem(response, theirs ? notFound() : error, requestId);
  };
}
