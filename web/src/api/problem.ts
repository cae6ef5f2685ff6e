import type { Problem as ProblemBody } from "@skypanel/control-plane/contract/problem.ts";

/** A refused or failed request. `problem` is the server's own account of it, or ours when it could not be reached. */
export class Problem extends Error {
  readonly problem: ProblemBody;

  constructor(problem: ProblemBody, options?: ErrorOptions) {
    super(problem.detail, options);
    this.name = "Problem";
    this.problem = problem;
  }
}

/** Whether `error` is a problem with this reason. */
export function hasReason(error: unknown, reason: ProblemBody["reason"]): error is Problem {
  return error instanceof Problem && error.problem.reason === reason;
}

/** The problem a response tells of; one that is not problem+json (a proxy's page) is described by its status alone. */
export async function problemOf(response: Response): Promise<Problem> {
  const requestId = response.headers.get("x-request-id") ?? "";
  if (response.headers.get("content-type")?.includes("application/problem+json")) {
    // The contract says so, and development and e2e builds check it.
    return new Problem((await response.json()) as ProblemBody);
  }
  return new Problem({
    type: "about:blank",
    title: response.status >= 500 ? "The control plane does not answer" : "The request was refused",
    status: response.status,
    detail: `The answer was ${response.status} ${response.statusText}`.trim(),
    reason: response.status >= 500 ? "Unavailable" : "InternalError",
    remedy: "Try again. If it stays so, tell your provider.",
    requestId,
  });
}

/** The problem of a request that got no answer at all. */
export function unreachable(cause: unknown): Problem {
  return new Problem(
    {
      type: "about:blank",
      title: "The control plane cannot be reached",
      status: 503,
      detail: "No answer came. What runs on the clusters is not affected.",
      reason: "Unavailable",
      remedy: "Check the network; the page recovers by itself.",
      requestId: "",
    },
    { cause },
  );
}
