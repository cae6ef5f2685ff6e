import { limits } from "@skypanel/crds/limits.ts";
import express, { type Request, type Response } from "express";
import { Invalid } from "../errors.ts";

const parse = express.json({ limit: limits.api.bodyBytes, strict: true, type: "application/json" });

/** The JSON body, bounded in bytes, depth and keys before any schema sees it; undefined without one. */
export async function readJson(request: Request, response: Response): Promise<unknown> {
  await new Promise<void>((resolve, reject) => {
    parse(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(refusal(error))));
  });
  const body: unknown = request.body;
  const problem = tooComplex(body);
  if (problem) throw problem;
  return body;
}

function refusal(error: unknown): unknown {
  const type: unknown = error instanceof Error ? Reflect.get(error, "type") : undefined;
  if (type === "entity.too.large")
    return tooLarge(`The body is larger than ${limits.api.bodyBytes / 1024} KiB.`, error);
  if (typeof type !== "string") return error;
  return new Invalid({
    reason: "Invalid",
    detail: "The body is not JSON that can be read.",
    remedy: "Send JSON as application/json, in UTF-8.",
    cause: error,
  });
}

function tooLarge(detail: string, cause?: unknown): Invalid {
  return new Invalid({ reason: "TooLarge", detail, remedy: "Send less at once.", cause });
}

/** Walks level by level: schemas recurse, and a body must not choose how deep. */
export function tooComplex(body: unknown): Invalid | undefined {
  let level: unknown[] = [body];
  for (let depth = 0; level.length > 0; depth += 1) {
    const containers = level.filter((value) => typeof value === "object" && value !== null);
    if (containers.length > 0 && depth >= limits.api.depth)
      return tooLarge(`The body nests deeper than ${limits.api.depth}.`);
    const crowded = containers.some((value) => !Array.isArray(value) && Object.keys(value).length > limits.api.keys);
    if (crowded) return tooLarge(`An object of the body has more than ${limits.api.keys} keys.`);
    // An own key of this name becomes a prototype as soon as somebody copies it by assignment.
    if (containers.some((value) => Object.hasOwn(value, "__proto__"))) return reservedKey();
    level = containers.flatMap((value) => Object.values(value));
  }
  return undefined;
}

function reservedKey(): Invalid {
  return new Invalid({
    reason: "Invalid",
    detail: "The body has a key __proto__, which no schema knows.",
    remedy: "Remove it.",
  });
}
