import type { SealedPlaintext } from "@skypanel/crds/kinds/sealed.ts";
import { armor, Encrypter } from "age-encryption";

/**
 * `plaintext` as an armoured age file that only the holder of `recipient`'s private half opens: the cluster's operator.
 * The scope travels inside, so a ciphertext moved to another cluster, tenant, object or key is refused there (G-I7).
 */
export async function seal(recipient: string, plaintext: SealedPlaintext): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(JSON.stringify(plaintext)));
}
