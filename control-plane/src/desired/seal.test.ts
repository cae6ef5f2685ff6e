import { sealedPlaintext, sealedSpec } from "@skypanel/crds/kinds/sealed.ts";
import { armor, Decrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { expect, test } from "vitest";
import { seal } from "./seal.ts";

const plaintext = {
  cluster: "0b5c8c5e-6a4f-4c8e-9d59-0e7f2f4d9c11",
  tenant: "acme",
  namespace: "sp-acme",
  name: "hello-variables",
  key: "TOKEN",
  version: 2,
  value: "geheim ü\n",
};

async function open(identity: string, ciphertext: string): Promise<unknown> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return JSON.parse(await decrypter.decrypt(armor.decode(ciphertext), "text"));
}

test("seals a value with its scope for one cluster", async () => {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const ciphertext = await seal(recipient, plaintext);
  expect(sealedPlaintext.parse(await open(identity, ciphertext))).toEqual(plaintext);
  expect(sealedSpec.parse({ recipient, values: { TOKEN: ciphertext } })).toMatchObject({ recipient });
});

test("T-A13 stays shut to every other key", async () => {
  const recipient = await identityToRecipient(await generateX25519Identity());
  await expect(open(await generateX25519Identity(), await seal(recipient, plaintext))).rejects.toThrow("no identity");
});
