import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { abusers } from "../charts/abuses.ts";
import { type AuditEvent, refusals } from "../charts/refusals.ts";

/** Throws an Error that names every call of an operator that RBAC refused, as the API server's audit log in `folder` has it. */
export async function nothingRefused(folder: string): Promise<void> {
  const texts = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), "utf8")));
  const lines = texts.flatMap((text) => text.split("\n").filter((line) => line !== ""));
  const events = lines.map((line): AuditEvent => JSON.parse(line));
  if (events.length === 0) throw new Error(`${folder} tells of no call at all`);
  const found = refusals(events, abusers);
  if (found.length > 0) throw new Error(`operators lack rights: ${found.join(", ")}`);
}
