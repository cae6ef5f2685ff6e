import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { RegisterBody } from "@skypanel/control-plane/contract/agent.ts";
import { generateX25519Identity, identityToRecipient } from "age-encryption";

/** Who this cluster is. Both keys are born here and never leave; the control plane knows their public halves. */
export interface Identity {
  /** RFC 7638 thumbprint of the public key. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: RegisterBody["publicKey"];
  readonly ageIdentity: string;
  readonly ageRecipient: string;
  /** Known once the control plane has registered us. */
  readonly clusterId: string | undefined;
}

/** The private halves as they are kept: PKCS 8 in PEM, and age's own text. */
export interface PrivateKeys {
  readonly pem: string;
  readonly age: string;
}

/** Two fresh keys: P-256 to sign with, X25519 to open what is sealed to this cluster. */
export async function makeKeys(): Promise<PrivateKeys> {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { pem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), age: await generateX25519Identity() };
}

/** The identity that `keys` make. Throws if they are not keys of these kinds. */
export async function identityOf({ pem, age }: PrivateKeys, clusterId: string | undefined): Promise<Identity> {
  const privateKey = createPrivateKey(pem);
  const { x, y } = createPublicKey(privateKey).export({ format: "jwk" });
  if (x === undefined || y === undefined) throw new Error("the identity key is not an elliptic-curve key");
  const publicKey = { kty: "EC", crv: "P-256", x, y } as const;
  const ageRecipient = await identityToRecipient(age);
  return { kid: thumbprint(publicKey), privateKey, publicKey, ageIdentity: age, ageRecipient, clusterId };
}

/** RFC 7638: SHA-256 over the required members in lexicographic order, without white space. */
function thumbprint({ crv, kty, x, y }: RegisterBody["publicKey"]): string {
  return createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
}
