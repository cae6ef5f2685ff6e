import { sealed } from "@skypanel/crds/kinds/sealed.ts";
import type { Key, KindController, Reader } from "../kube/controller.ts";
import type { Live } from "../kube/kube.ts";
import { deployments, namespaces, replicaSets, resourceOf } from "../kube/resources.ts";
import { desired } from "./desired.ts";
import { gather, type SealedWorld, secretsRead } from "./gather.ts";
import { sealedOf } from "./names.ts";
import { status } from "./status.ts";
import type { ClusterKey } from "./unseal.ts";

/** A workload that goes on to another Secret may free the one it read. */
function byName(object: Live): Key[] {
  return secretsRead({ ...object, kind: "Deployment" }).flatMap((secret) => sealedOf(secret) ?? []);
}

function inNamespace({ metadata }: Live, reader: Reader): Key[] {
  const all = reader.byIndex(resourceOf(sealed), "namespace", metadata.name);
  return all.map((found) => `${found.metadata.namespace}/${found.metadata.name}`);
}

/**
 * Sealed values: opened with the cluster's key, they become an immutable Secret whose name follows its content. `key`
 * is asked each time, for a cluster learns its id only when it is registered.
 */
export function sealedController(key: () => ClusterKey): KindController<typeof sealed, SealedWorld> {
  return {
    kind: sealed,
    watches: [
      { resource: namespaces, keys: inNamespace },
      { resource: deployments, keys: byName, indexes: { secret: secretsRead } },
      { resource: replicaSets, keys: byName, indexes: { secret: secretsRead } },
    ],
    indexes: { namespace: ({ metadata }) => [metadata.namespace ?? ""] },
    gather: (object, reader) => gather(key(), object, reader),
    desired,
    status,
  };
}
