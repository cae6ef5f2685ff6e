import { createHash } from "node:crypto";
import type { RegisterBody } from "../../contract/agent.ts";

/** The RFC 7638 thumbprint of a P-256 key: its required members in lexical order, no space, SHA-256, base64url. */
export function thumbprint({ crv, kty, x, y }: RegisterBody["publicKey"]): string {
  return createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
}
