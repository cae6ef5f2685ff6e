import { GROUP } from "@skypanel/crds/meta.ts";
import type { JsonObject, Kube, Live, Ref } from "./kube.ts";

/** Our finalizer: only on objects whose removal must undo what owner references cannot. */
const cleanupFinalizer = `${GROUP}/cleanup`;

/** True if the object waits for our clean-up before it may go. */
export function hasFinalizer({ metadata }: Live): boolean {
  return (metadata.finalizers ?? []).includes(cleanupFinalizer);
}

/** Adds our finalizer. Must never be called on an object that is being deleted: the API refuses it. */
export function addFinalizer(kube: Kube, ref: Ref, object: Live, signal: AbortSignal): Promise<{ object: Live }> {
  return write(kube, ref, object, { finalizers: [cleanupFinalizer] }, signal);
}

/** Removes our finalizer, which lets the object go. Only after clean-up is confirmed. */
export function removeFinalizer(kube: Kube, ref: Ref, object: Live, signal: AbortSignal): Promise<{ object: Live }> {
  return write(kube, ref, object, {}, signal); // what we no longer apply, we no longer own
}

function write(kube: Kube, ref: Ref, { metadata }: Live, fields: JsonObject, signal: AbortSignal) {
  const { name, namespace, uid, resourceVersion } = metadata;
  const body = { metadata: { name, namespace, uid, resourceVersion, ...fields } };
  return kube.apply(ref, body, { manager: "skypanel-operator", force: true, signal });
}
