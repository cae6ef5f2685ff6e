import type { ZodType, z } from "zod";
import type { FieldProblem } from "../contract/problem.ts";
import { Invalid } from "../errors.ts";

// RFC 6901: in a segment of a pointer `~` and `/` are written `~0` and `~1`.
const escaped = (segment: PropertyKey) => String(segment).replaceAll("~", "~0").replaceAll("/", "~1");

function problemsOf(error: z.ZodError, base: string): FieldProblem[] {
  return error.issues.flatMap((issue): FieldProblem[] => {
    const pointer = base + issue.path.map((segment) => `/${escaped(segment)}`).join("");
    if (issue.code !== "unrecognized_keys") return [{ pointer, reason: issue.code, message: issue.message }];
    return issue.keys.map((key) => ({
      pointer: `${pointer}/${escaped(key)}`,
      reason: issue.code,
      message: "is not known here",
    }));
  });
}

// No text column of Postgres takes it, and no field of ours means it.
function holdsNul(value: unknown): boolean {
  if (typeof value === "string") return value.includes("\0");
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) => key.includes("\0") || holdsNul(inner));
}

const nul = (pointer: string): FieldProblem => ({ pointer, reason: "format", message: "may not contain NUL" });

/** `value` as its schema reads it, or undefined without a schema. Throws Invalid with a pointer to every refused field. */
export function parsed(schema: ZodType | undefined, value: unknown, base: "" | "query"): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (result.success && !holdsNul(result.data)) return result.data;
  const errors = result.error ? problemsOf(result.error, base).slice(0, 100) : [nul(base)];
  const first = errors[0];
  throw new Invalid({
    reason: "Invalid",
    detail: first ? `${first.pointer || "the body"}: ${first.message}` : "The request does not fit its schema.",
    remedy: "Correct the named fields and send the request again.",
    errors,
  });
}
