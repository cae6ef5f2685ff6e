import { GROUP } from "@skypanel/crds/meta.ts";
import { managedByLabel, managedByValue, ownerUidLabel } from "./inventory.ts";
import type { Live, Stub } from "./kube.ts";
import type { ChildKind } from "./resources.ts";

/** What the cache keeps of an object. Pure; it runs for every watch event. */
export type Shape = (object: Live) => Live;

/** The shape of a resource: ours whole but for managed fields, foreign ones as stubs, pods without their spec. */
export function shapeOf(resource: Pick<ChildKind, "foreign" | "plural" | "group">): Shape {
  if (resource.plural === "pods" && resource.group === "") return pod;
  return resource.foreign === "whole" ? bare : (object) => (isManaged(object) ? bare(object) : stub(object));
}

/** True if the cache holds only the outline of `object`, for it is not ours. */
export function isStub(object: Live): object is Stub {
  return "stub" in object && object.stub === true;
}

/** True if the object bears one of our marks: then it is kept whole. */
function isManaged({ metadata }: Live): boolean {
  const { labels = {}, ownerReferences = [] } = metadata;
  if (labels[managedByLabel] === managedByValue || labels[ownerUidLabel] !== undefined) return true;
  return ownerReferences.some(({ apiVersion }) => apiVersion.startsWith(`${GROUP}/`));
}

function bare(object: Live): Live {
  const { managedFields: _, ...metadata } = object.metadata as Live["metadata"] & { managedFields?: unknown }; // served, never used
  return { ...object, metadata };
}

function stub({ apiVersion, kind, metadata }: Live): Stub {
  const { name, namespace, uid, resourceVersion, deletionTimestamp, ownerReferences } = metadata;
  return {
    apiVersion,
    kind,
    stub: true,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
      ...(ownerReferences === undefined ? {} : { ownerReferences }),
    },
  };
}

/** The part of a pod that tells its health: a pod's spec is most of its bytes, and its Deployment holds it already. */
interface PodLike extends Live {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: Record<string, unknown>;
}

function pod(object: Live): Live {
  const { spec, status = {}, ...rest } = bare(object) as PodLike; // shapeOf applies it to pods only
  const { phase, reason, message, startTime, conditions, containerStatuses, initContainerStatuses } = status;
  const kept = { phase, reason, message, startTime, conditions, containerStatuses, initContainerStatuses };
  return { ...rest, spec: { nodeName: spec?.nodeName }, status: kept } as Live;
}
