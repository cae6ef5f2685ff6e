import type { Reader } from "./kube/controller.ts";
import { tenantLabel } from "./kube/inventory.ts";
import type { Live } from "./kube/kube.ts";
import { namespaces } from "./kube/resources.ts";

/** The tenant whose namespace an object is in, or the tenant itself; undefined in a namespace of nobody's. */
function ownerOf({ metadata }: Live, reader: Reader): string | undefined {
  if (metadata.namespace === undefined) return metadata.name;
  return reader.get({ resource: namespaces, name: metadata.namespace })?.metadata.labels?.[tenantLabel];
}

/** Whether an object of our kinds is ours to act on: one outside tenants' namespaces is told that nobody owns it. */
export function scopeOf(object: Live, reader: Reader): "managed" | "unmanaged" {
  return ownerOf(object, reader) === undefined ? "unmanaged" : "managed";
}

/** Whose turn an object's run counts for: queues are fair between tenants. */
export function tenantOf(object: Live, reader: Reader): string {
  return ownerOf(object, reader) ?? object.metadata.namespace ?? "";
}
