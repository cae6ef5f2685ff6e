import type { Request } from "express";
import { csrfHeader } from "../contract/api.ts";
import { Forbidden } from "../errors.ts";

/** Throws Forbidden unless an unsafe request comes from our own page: a foreign one can send neither header (OWASP CSRF). */
export function checkOrigin(request: Request, origin: string): void {
  if (request.get("origin") === origin && request.get(csrfHeader) === "1") return;
  throw new Forbidden({
    reason: "Forbidden",
    detail: `A change must come from ${origin} and carry the header ${csrfHeader}.`,
    remedy: `Open the panel at ${origin}; another client sends the headers origin: ${origin} and ${csrfHeader}: 1.`,
  });
}
