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

/**
 * True if `object` is a direct child of the owner: the only objects apply may force and prune may delete. Pods and
 * replica sets inherit our labels and annotations, but another object controls them.
 */
export function isChildOf(object: Live, ownerUid: string): boolean {
  const references = object.metadata.ownerReferences ?? [];
  if (references.some(({ uid }) => uid === ownerUid)) return true;
  return (
    object.metadata.labels?.[ownerUidLabel] === ownerUid && !references.some(({ controller }) => controller === true)
  );
}

/** Where an unwatched child is: `namespace` only if its owner has none. */
interface Spot {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** Where the owner's inventory has a child of that kind and place. */
export function spotOf(owner: Live, kind: string, child: { readonly name: string; readonly namespace?: string }): Spot {
  const { name, namespace } = child;
  return owner.metadata.namespace === undefined && namespace !== undefined ? { kind, name, namespace } : { kind, name };
}

/** What `status.inventory` remembers of a child that is not watched. `uid` is absent until it surely exists. */
export interface Recorded extends Spot {
  readonly uid?: string;
  readonly version?: string;
  readonly hash: string;
}

/** `recorded` with `entry` in the place of what it held for that spot; sorted, so equal sets are equal. */
export function withRecord(recorded: readonly Recorded[], entry: Recorded): readonly Recorded[] {
  return [...withoutRecord(recorded, entry), entry].sort((a, b) => (id(a) < id(b) ? -1 : 1));
}

/** `recorded` without what it holds for the spot. */
export function withoutRecord(recorded: readonly Recorded[], spot: Spot): readonly Recorded[] {
  return recorded.filter((other) => id(other) !== id(spot));
}

/** What is remembered of a spot. */
export function recordOf(recorded: readonly Recorded[], spot: Spot): Recorded | undefined {
  return recorded.find((other) => id(other) === id(spot));
}

function id({ kind, name, namespace = "" }: Spot): string {
  return `${kind}/${namespace}/${name}`;
}
