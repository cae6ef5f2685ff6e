import { hash as digest } from "node:crypto";
import type { Json } from "./kube.ts";

/** `value` as JSON with sorted keys and without undefined fields: equal values give equal text. */
export function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  let text = ""; // grown in place: every run of every object comes through here, several times
  for (const name of Object.keys(value).sort()) {
    const field = value[name];
    if (field !== undefined) text += `${text === "" ? "" : ","}${JSON.stringify(name)}:${canonical(field)}`;
  }
  return `{${text}}`;
}

/** 16 hex digits of SHA-256 over the canonical JSON: what the annotation `applied` remembers of a desired object. */
export function hash(value: Json): string {
  return digest("sha256", canonical(value), "hex").slice(0, 16);
}
