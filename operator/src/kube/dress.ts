import type { OwnerReference } from "@skypanel/crds/meta.ts";
import type { Child } from "./controller.ts";
import { covers } from "./covers.ts";
import { hash } from "./hash.ts";
import { appliedAnnotation, managedByLabel, managedByValue, ownerUidLabel, revisionAnnotation } from "./inventory.ts";
import type { JsonObject, Live, Ref } from "./kube.ts";
import { apiVersionOf } from "./resources.ts";

/** A child as it is sent: with the marks that prove it ours. `hash` is of all but the revision. */
export interface Dressed {
  readonly ref: Ref;
  readonly body: JsonObject & { metadata: JsonObject };
  readonly hash: string;
}

/** The child with owner reference, labels and annotations. An owner in a namespace may own only what is in it. */
export function dressed(child: Child, owner: Live): Dressed {
  const { resource, manifest } = child;
  const { name, namespace, labels = {}, annotations = {} } = manifest.metadata;
  const uid = owner.metadata.uid ?? "";
  const marks: Record<string, string> = { ...labels, [managedByLabel]: managedByValue, [ownerUidLabel]: uid };
  const canRefer = owner.metadata.namespace === undefined || owner.metadata.namespace === namespace;
  const ownerReferences = canRefer ? { ownerReferences: [referenceTo(owner, uid)] } : {};
  const place = namespace === undefined ? { name } : { name, namespace };
  const metadata = { ...place, labels: marks, ...ownerReferences };
  const bare: JsonObject = {
    ...manifest,
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: { ...metadata, annotations },
  };
  const digest = hash(bare);
  const revision = owner.metadata.annotations?.[revisionAnnotation];
  const notes: Record<string, string> = {
    ...annotations,
    [appliedAnnotation]: digest,
    ...(revision === undefined ? {} : { [revisionAnnotation]: revision }),
  };
  return {
    ref: { resource, ...place },
    body: { ...bare, metadata: { ...metadata, annotations: notes } },
    hash: digest,
  };
}

function referenceTo({ apiVersion, kind, metadata }: Live, uid: string): OwnerReference & JsonObject {
  return { apiVersion, kind, name: metadata.name, uid, controller: true, blockOwnerDeletion: true };
}

/** True if the cluster holds the child as it should be: then nothing is sent. */
export function isAsDesired({ body, hash }: Dressed, child: Child, live: Live): boolean {
  if (live.metadata.annotations?.[appliedAnnotation] !== hash) return false; // also catches fields we no longer apply
  const { [revisionAnnotation]: _, ...annotations } = (body.metadata.annotations ?? {}) as Record<string, string>; // set above
  const desired = { ...body, metadata: { ...body.metadata, annotations } };
  return covers(live, desired, { ...child.resource.lists, "metadata.ownerReferences": ["uid"] });
}
