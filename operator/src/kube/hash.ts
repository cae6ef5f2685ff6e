import { createHash } from "node:crypto";
import type { Json } from "./kube.ts";

/** `value` as JSON with sorted keys and without undefined fields: equal values give equal text. */
export function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(",")}}`;
}

/** 16 hex digits of SHA-256 over the canonical JSON: what the annotation `applied` remembers of a desired object. */
export function hash(value: Json): string {
  return createHash("sha256").update(canonical(value)).digest("hex").slice(0, 16);
}
