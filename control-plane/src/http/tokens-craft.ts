import { createHmac, type KeyObject, sign } from "node:crypto";

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token with any header and payload, however wrong, signed as an attacker with this key would; unsigned without one. */
export function craft(header: Record<string, unknown>, payload: unknown, key: KeyObject | undefined): string {
  const text = `${part(header)}.${part(payload)}`;
  if (!key) return `${text}.`;
  const hash = `sha${String(header.alg).slice(2) || "256"}`;
  const signature =
    key.type === "secret"
      ? createHmac(hash, key).update(text).digest()
      : sign(hash, Buffer.from(text), { key, dsaEncoding: "ieee-p1363" });
  return `${text}.${signature.toString("base64url")}`;
}
