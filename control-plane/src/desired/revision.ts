import { createHash } from "node:crypto";

/** The git blob id of `content`: known before git has it, so a row can carry the revision its file will get. */
export function revisionOf(content: string): string {
  const bytes = Buffer.from(content, "utf8");
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}
