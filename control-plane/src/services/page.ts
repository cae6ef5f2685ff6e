import { Invalid } from "../errors.ts";

/** A page as the contract has it. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** The page of `rows`, which were asked for with one more than `limit`: the extra one says that there is a next page. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  limit: number,
  key: (row: Row) => string,
  view: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(view), nextCursor: more ? Buffer.from(key(last)).toString("base64url") : null };
}

/** The key a page begins after; empty for the first page. Throws Invalid for a cursor that is none of ours. */
export function keyOf(cursor: string | undefined): string {
  if (cursor === undefined) return "";
  const key = Buffer.from(cursor, "base64url").toString("utf8");
  if (key !== "" && !/[\p{Cc}\uFFFD]/u.test(key)) return key;
  throw new Invalid({
    reason: "Invalid",
    detail: "query/cursor: is not a cursor of this list",
    remedy: "Begin again without a cursor.",
    errors: [{ pointer: "query/cursor", reason: "format", message: "is not a cursor of this list" }],
  });
}
