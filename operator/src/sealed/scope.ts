import type { Sealed, SealedPlaintext } from "@skypanel/crds/kinds/sealed.ts";

/** Where a ciphertext was found. */
export interface Place {
  readonly sealed: Sealed;
  readonly tenant: string;
  /** Its name in `spec.values`. */
  readonly key: string;
  readonly clusterId: string | undefined;
}

/** The first part of the scope that a value was not sealed for; undefined if it belongs exactly where it was found. */
export function misplaced(plaintext: SealedPlaintext, { sealed, tenant, key, clusterId }: Place): string | undefined {
  const { name, namespace } = sealed.metadata;
  if (plaintext.cluster !== clusterId) return "cluster";
  if (plaintext.tenant !== tenant) return "tenant";
  if (plaintext.namespace !== namespace) return "namespace";
  if (plaintext.name !== name) return "object";
  return plaintext.key === key ? undefined : "name";
}
