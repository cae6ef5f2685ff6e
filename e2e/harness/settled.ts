import type { Live } from "../../operator/src/kube/kube.ts";

interface Reported extends Live {
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** True if the operator has said of the object's newest generation that nothing is under way. */
export function isSettled(object: Reported): boolean {
  const { observedGeneration, conditions = [] } = object.status ?? {};
  const isMoving = conditions.find(({ type }) => type === "Reconciling")?.status !== "False";
  return observedGeneration === object.metadata.generation && !isMoving;
}
