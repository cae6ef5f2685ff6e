import { Unavailable } from "../errors.ts";

// PostgreSQL error codes, appendix A.
const uniqueViolation = "23505";
const foreignKeyViolation = "23503";
const retried = new Set(["40001", "40P01"]);
// Out of connections, deadlines passed, shutting down, read-only after a fail-over; 08xxx is matched by its class.
const away = new Set(["53300", "57014", "55P03", "57P01", "57P02", "57P03", "25006", "25P03"]);
const socketErrors = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOENT", "ENOTFOUND", "EAI_AGAIN"]);
// pg gives these three no code.
const messages = /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout)/;

function textOf(error: unknown, field: "code" | "constraint"): string {
  if (!(error instanceof Error) || !(field in error)) return "";
  const value: unknown = Reflect.get(error, field);
  return typeof value === "string" ? value : "";
}

/** True when `error` says that a row with this unique constraint exists. */
export function isTaken(error: unknown, constraint: string): boolean {
  return textOf(error, "code") === uniqueViolation && textOf(error, "constraint") === constraint;
}

/** True when `error` says that a row is still referred to, or refers to one that is gone. */
export function isReferred(error: unknown): boolean {
  return textOf(error, "code") === foreignKeyViolation;
}

/** True for a serialisation failure or a deadlock: the same transaction can succeed when run again. */
export function isRetried(error: unknown): boolean {
  return retried.has(textOf(error, "code"));
}

function isAway(error: unknown): boolean {
  const code = textOf(error, "code");
  if (code.startsWith("08") || away.has(code) || socketErrors.has(code)) return true;
  return error instanceof Error && messages.test(error.message);
}

/** The same error, or Unavailable when Postgres cannot answer now (G-V2). */
export function translated(error: unknown): unknown {
  if (!isAway(error)) return error;
  return new Unavailable({
    reason: "Unavailable",
    detail: "The database does not answer in time.",
    remedy: "Try again in a few seconds; apps keep running meanwhile.",
    retryAfterSeconds: 2,
    cause: error,
  });
}
