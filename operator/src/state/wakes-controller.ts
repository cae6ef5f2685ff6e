import { stateSource } from "@skypanel/crds/kinds/state-source.ts";
import { tenantLabel } from "../kube/inventory.ts";
import type { Live, Ref } from "../kube/kube.ts";
import { namespaces, resourceOf } from "../kube/resources.ts";
import type { Store } from "../kube/store.ts";
import { isWoken } from "../kube/wake.ts";

/**
 * Calls `wake` when the source asks for something else, and when a tenant has got its namespace, for which its files may
 * have waited. Our own word in the source's status wakes nobody.
 */
export function listenForWork(store: Pick<Store, "table">, { namespace, name }: Ref, wake: () => void): void {
  store.table(resourceOf(stateSource)).onChange((before, after) => {
    const { metadata } = (after ?? before) as Live; // one of the two is there
    const isOurs = metadata.name === name && metadata.namespace === namespace;
    if (isOurs && isWoken(before, after)) wake();
  });
  store.table(namespaces).onChange((before, after) => {
    if (tenantOf(after) !== undefined && tenantOf(before) === undefined) wake();
  });
}

const tenantOf = (namespace: Live | undefined) => namespace?.metadata.labels?.[tenantLabel];
