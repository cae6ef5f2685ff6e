import type { Sealed, SealedPlaintext } from "@skypanel/crds/kinds/sealed.ts";
import { API_VERSION } from "@skypanel/crds/meta.ts";

/** What a value of the Sealed `vars` of the tenant `acme` says, unless `more` says otherwise. */
export function aPlaintext(clusterId: string, key: string, more: Partial<SealedPlaintext> = {}): SealedPlaintext {
  const scope = { cluster: clusterId, tenant: "acme", namespace: "sp-acme", name: "vars" };
  return { ...scope, key, version: 1, value: `value of ${key}`, ...more };
}

/** The Sealed `vars` in the namespace of the tenant `acme`. */
export function aSealed(recipient: string, values: Record<string, string>, status?: Sealed["status"]): Sealed {
  return {
    apiVersion: API_VERSION,
    kind: "Sealed",
    metadata: { name: "vars", namespace: "sp-acme", uid: "sealed-uid", generation: 1 },
    spec: { recipient, values },
    ...(status === undefined ? {} : { status }),
  };
}
