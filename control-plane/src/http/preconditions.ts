import type { Request } from "express";
import type { Endpoint } from "../contract/endpoint.ts";
import { Invalid } from "../errors.ts";

// RFC 9110, 8.8.3: a strong entity tag; ours are revisions, or the version of what is not kept in git.
const entityTag = /^"([\x21\x23-\x7e]{1,64})"$/;
const keyShape = /^[\x21-\x7e]{1,128}$/;

/** The revision of `If-Match`. Throws 428 without the header, 400 when it is not one strong entity tag. */
export function revisionOf(request: Request): string {
  const header = request.get("if-match");
  if (header === undefined) {
    throw new Invalid({
      reason: "RevisionMissing",
      detail: "The header If-Match is missing: it says which revision you changed.",
      remedy: "Read the object, and send its ETag as If-Match.",
    });
  }
  const revision = entityTag.exec(header)?.[1];
  if (revision !== undefined) return revision;
  const message = 'must be one revision in double quotes, such as "3f786850e387550fdab836ed7e6dc881de23001b"';
  throw new Invalid({
    reason: "Invalid",
    detail: `The header If-Match ${message}.`,
    remedy: "Send the ETag of the object as it was received, quotes included.",
    errors: [{ pointer: "header/if-match", reason: "format", message }],
  });
}

/** The `Idempotency-Key`, if the endpoint heeds one. Throws 400 when it is required and missing, or has the wrong form. */
export function idempotencyKeyOf(request: Request, wanted: Endpoint["idempotency"]): string | undefined {
  const key = request.get("idempotency-key");
  if (wanted === undefined || (key === undefined && wanted === "honoured")) return undefined;
  if (key === undefined) {
    throw new Invalid({
      reason: "IdempotencyKeyMissing",
      detail: "The header Idempotency-Key is missing: with it, sending twice makes one thing and not two.",
      remedy: "Send a fresh random key for each new thing, and the same key when you repeat a request.",
    });
  }
  if (keyShape.test(key)) return key;
  const message = "must be 1 to 128 visible ASCII characters";
  throw new Invalid({
    reason: "Invalid",
    detail: `The header Idempotency-Key ${message}.`,
    remedy: "Use a UUID.",
    errors: [{ pointer: "header/idempotency-key", reason: "format", message }],
  });
}
