import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** Which row a value belongs to: bound into its encryption, so that a ciphertext moved to another row does not open. */
export interface ValueScope {
  org: string;
  app: string;
  key: string;
  version: number;
}

/** A value at rest: AES-256-GCM, the 16-byte tag at the end of `ciphertext`. */
export interface Encrypted {
  nonce: Buffer;
  ciphertext: Buffer;
}

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/** `value` under an organisation's data key, bound to its row. */
export function encryptValue(dataKey: Buffer, scope: ValueScope, value: string): Encrypted {
  return encrypt(dataKey, Buffer.from(value, "utf8"), valueData(scope));
}

/** The value again; throws when key, row or a single bit differ. */
export function decryptValue(dataKey: Buffer, scope: ValueScope, encrypted: Encrypted): string {
  return decrypt(dataKey, encrypted, valueData(scope)).toString("utf8");
}

/** A new random data key for `org`, and the same wrapped by the wrapping key, which Postgres never sees. */
export function newDataKey(wrappingKey: Buffer, org: string): { dataKey: Buffer; wrapped: Buffer } {
  const dataKey = randomBytes(32);
  const { nonce, ciphertext } = encrypt(wrappingKey, dataKey, keyData(org));
  return { dataKey, wrapped: Buffer.concat([nonce, ciphertext]) };
}

/** The data key in `wrapped`; throws when it was wrapped for another organisation, by another key, or changed. */
export function unwrapDataKey(wrappingKey: Buffer, org: string, wrapped: Buffer): Buffer {
  const encrypted = { nonce: wrapped.subarray(0, nonceBytes), ciphertext: wrapped.subarray(nonceBytes) };
  return decrypt(wrappingKey, encrypted, keyData(org));
}

function encrypt(key: Buffer, plaintext: Buffer, associated: Buffer): Encrypted {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(associated);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return { nonce, ciphertext };
}

function decrypt(key: Buffer, { nonce, ciphertext }: Encrypted, associated: Buffer): Buffer {
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(associated);
  decipher.setAuthTag(ciphertext.subarray(-tagBytes));
  return Buffer.concat([decipher.update(ciphertext.subarray(0, -tagBytes)), decipher.final()]);
}

// JSON, because joined text would let one scope read as another: ("a,b", "c") and ("a", "b,c").
function valueData({ org, app, key, version }: ValueScope): Buffer {
  return Buffer.from(JSON.stringify(["value", org, app, key, version]));
}

function keyData(org: string): Buffer {
  return Buffer.from(JSON.stringify(["data-key", org]));
}
