import { z } from "zod";
import { Invalid } from "../errors.ts";

// No NUL: a key goes into a query, and Postgres takes that in no text.
const keys = z
  .array(
    z
      .string()
      .max(100)
      .regex(/^[^\0]*$/),
  )
  .max(4);

/** A cursor that resumes a list after the row with these sort keys; opaque to callers. */
export function cursorOf(...after: string[]): string {
  return Buffer.from(JSON.stringify(after)).toString("base64url");
}

/** The sort keys in `cursor`, as many as `count`; undefined without a cursor. Throws Invalid for one we did not give. */
export function afterCursor(cursor: string | undefined, count: number): string[] | undefined {
  if (cursor === undefined) return undefined;
  const parsed = keys.safeParse(jsonOf(cursor));
  if (parsed.success && parsed.data.length === count) return parsed.data;
  throw new Invalid({
    reason: "Invalid",
    detail: "The cursor is not one this list gave.",
    remedy: "Begin again without a cursor.",
    errors: [{ pointer: "query/cursor", reason: "format", message: "is not a cursor of this list" }],
  });
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined; // translated: to the caller a broken cursor is like a foreign one
  }
}

/** The first `limit` of `rows`, of which one more than that was read, and the cursor of the page after them. */
export function pageOf<Row>(rows: readonly Row[], limit: number, keysOf: (row: Row) => string[]) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? cursorOf(...keysOf(last)) : null };
}
