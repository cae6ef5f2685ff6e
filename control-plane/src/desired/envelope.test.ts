import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { decryptValue, encryptValue, newDataKey, unwrapDataKey, type ValueScope } from "./envelope.ts";

const wrappingKey = randomBytes(32);
const scope: ValueScope = { org: "org-1", app: "app-1", key: "TOKEN", version: 3 };
const { dataKey, wrapped } = newDataKey(wrappingKey, "org-1");

/** Every copy of `bytes` with one bit of one byte turned over. */
function flipped(bytes: Buffer): Buffer[] {
  return [...bytes].map((byte, index) => {
    const copy = Buffer.from(bytes);
    copy[index] = byte ^ 1;
    return copy;
  });
}

test("opens what it closed, the empty value too", () => {
  for (const value of ["", "geheim ü", "x".repeat(32_768)])
    expect(decryptValue(dataKey, scope, encryptValue(dataKey, scope, value))).toBe(value);
});

test.each([
  { ...scope, org: "org-2" },
  { ...scope, app: "app-2" },
  { ...scope, key: "TOKEN2" },
  { ...scope, version: 4 },
])("T-A13 refuses a value moved to the row %o", (other) => {
  const encrypted = encryptValue(dataKey, scope, "value");
  expect(() => decryptValue(dataKey, other, encrypted)).toThrow();
});

test("T-A13 refuses a value with any bit turned", () => {
  const { nonce, ciphertext } = encryptValue(dataKey, scope, "value");
  for (const bad of flipped(ciphertext))
    expect(() => decryptValue(dataKey, scope, { nonce, ciphertext: bad })).toThrow();
  for (const bad of flipped(nonce)) expect(() => decryptValue(dataKey, scope, { nonce: bad, ciphertext })).toThrow();
});

test("T-A13 refuses a data key of another organisation or key", () => {
  expect(unwrapDataKey(wrappingKey, "org-1", wrapped)).toEqual(dataKey);
  expect(() => unwrapDataKey(wrappingKey, "org-2", wrapped)).toThrow();
  expect(() => unwrapDataKey(randomBytes(32), "org-1", wrapped)).toThrow();
  for (const bad of flipped(wrapped)) expect(() => unwrapDataKey(wrappingKey, "org-1", bad)).toThrow();
});

test("never gives the same bytes twice", () => {
  const [a, b] = [encryptValue(dataKey, scope, "value"), encryptValue(dataKey, scope, "value")];
  expect(a.nonce.equals(b.nonce)).toBe(false);
  expect(a.ciphertext.equals(b.ciphertext)).toBe(false);
});
