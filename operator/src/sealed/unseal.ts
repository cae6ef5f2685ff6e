import { createHmac, hkdfSync } from "node:crypto";
import { type SealedPlaintext, sealedPlaintext } from "@skypanel/crds/kinds/sealed.ts";
import { armor, Decrypter } from "age-encryption";

/** What opens this cluster's values. */
export interface ClusterKey {
  /** The age identity: `AGE-SECRET-KEY-1…`. */
  readonly ageIdentity: string;
  /** Its public half, which is also its id: `age1…`. */
  readonly ageRecipient: string;
  /** The id the control plane knows the cluster by; undefined before it is registered. */
  readonly clusterId: string | undefined;
}

/** The plaintext of one value, or why there is none; never a part of it. */
export type Opened = { readonly plaintext: SealedPlaintext } | { readonly why: string };

/** Opens one ciphertext with the cluster's key. */
export async function open({ ageIdentity }: ClusterKey, ciphertext: string): Promise<Opened> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(ageIdentity);
  let text: string;
  try {
    text = await decrypter.decrypt(armor.decode(ciphertext), "text");
  } catch {
    // Whatever the library says of the bytes, a person can do one thing: save the value again.
    return { why: "it is damaged, or sealed to another key" };
  }
  const parsed = sealedPlaintext.safeParse(jsonOf(text));
  return parsed.success ? { plaintext: parsed.data } : { why: "what it holds is not a sealed value" };
}

/**
 * A hash of `values` that tells nobody what they are: keyed by the cluster's key, so equal values have equal names here
 * and nowhere else, and guesses cannot be tried outside.
 */
export function keyedHash({ ageIdentity }: ClusterKey, values: Readonly<Record<string, string>>): string {
  const key = new Uint8Array(hkdfSync("sha256", ageIdentity, "", "skypanel names of Secrets", 32));
  const sorted = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHmac("sha256", key).update(JSON.stringify(sorted)).digest("hex");
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not a sealed value, which the schema says
  }
}
