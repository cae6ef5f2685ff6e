import { generateKeyPairSync, type KeyObject } from "node:crypto";

/** A new P-256 public key. */
export const freshKey = (): KeyObject => generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;

/** The key as JWK (RFC 7517), public members only. */
export const exportJWK = (key: KeyObject): unknown => key.export({ format: "jwk" });
