import type { Key } from "./controller.ts";
import type { Guard } from "./guard.ts";
import { isKubeError, type Kube, type Ref } from "./kube.ts";

/**
 * `kube` for one run of one owner, whose failed writes tell the guard what they say of the cache: one without an answer
 * that nothing is known of the object, a conflict that the cached version is old.
 */
export function guarded(kube: Kube, guard: Guard, owner: Key): Kube {
  const told = async <T>(ref: Ref, version: unknown, write: Promise<T>): Promise<T> => {
    try {
      return await write;
    } catch (error) {
      // An abort says as little as silence: the request may have been on its way.
      if (!isKubeError(error) || !error.outcomeKnown) guard.unsure(owner, ref);
      else if (error.kind === "conflict" && typeof version === "string") guard.outdated(owner, ref, version);
      throw error;
    }
  };
  return {
    ...kube,
    apply: (ref, body, options) => told(ref, Object(body.metadata).resourceVersion, kube.apply(ref, body, options)),
    delete: (ref, precondition) => told(ref, precondition.resourceVersion, kube.delete(ref, precondition)),
  };
}
