/** What an error panel says. The API's problems have this shape; any other error is a fault of ours. */
export interface Trouble {
  readonly title: string;
  readonly detail: string;
  readonly remedy: string;
  readonly reason: string;
  readonly requestId: string;
}

/** What to tell a person of `error`: the server's own words where it has any. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof Error && "problem" in error && isTrouble(error.problem)) return error.problem;
  return {
    title: "This part of the page failed",
    detail: error instanceof Error ? error.message : String(error),
    remedy: "Try again, or reload the page. What runs on the clusters is not affected.",
    reason: "InternalError",
    requestId: "",
  };
}

function isTrouble(value: unknown): value is Trouble {
  return typeof value === "object" && value !== null && "title" in value && "detail" in value && "requestId" in value;
}
