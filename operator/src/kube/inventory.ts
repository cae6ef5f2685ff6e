import { GROUP } from "@skypanel/crds/meta.ts";
import type { Live } from "./kube.ts";

/** The marks that prove an object is ours, and by whom and from what it was made. */
export const managedByLabel = "app.kubernetes.io/managed-by";
export const managedByValue = "skypanel-operator";
export const ownerUidLabel = `${GROUP}/owner-uid`;
export const keepUntilLabel = `${GROUP}/keep-until`;
export const tenantLabel = `${GROUP}/tenant`;
export const appliedAnnotation = `${GROUP}/applied`;
export const revisionAnnotation = `${GROUP}/revision`;
export const reconcileAtAnnotation = `${GROUP}/reconcile-at`;
export const pausedAnnotation = `${GROUP}/paused`;

/** Uids of the owners an object names, by our label or by owner reference: either proves it. */
export function ownerUids({ metadata }: Live): readonly string[] {
  const label = metadata.labels?.[ownerUidLabel];
  const references = (metadata.ownerReferences ?? []).map(({ uid }) => uid);
  return label === undefined || references.includes(label) ? references : [label, ...references];
}

/** True if `object` is a child of the owner: the only objects apply may force and prune may delete. */
export function belongsTo(object: Live, ownerUid: string): boolean {
  return ownerUids(object).includes(ownerUid);
}
