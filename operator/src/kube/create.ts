import type { AppliedChild, Child } from "./controller.ts";
import type { Dressed } from "./dress.ts";
import { isChildOf } from "./inventory.ts";
import { isKubeError, type JsonObject } from "./kube.ts";
import { outline } from "./outline.ts";
import { nameTaken } from "./problems.ts";
import { type Run, Stale } from "./run.ts";
import { neverHad } from "./versions.ts";

/**
 * Creates, and never changes what is there: a create that a paused leader sent, or one decided on from an old cache,
 * meets the object that was made meanwhile as a conflict. Throws Stale if that object is ours after all.
 */
export async function create(run: Run, child: Child, { ref, body, hash }: Dressed): Promise<AppliedChild> {
  const onlyNew: JsonObject = { ...body, metadata: { ...body.metadata, resourceVersion: neverHad } };
  try {
    const options = { manager: "skypanel-operator", force: false, signal: run.signal } as const;
    const wasLost = run.lost.has(run.owner.metadata.uid ?? "", ref, hash); // the watch may bring the new one before the answer
    const { object } = await run.kube.apply(ref, onlyNew, options);
    if (wasLost) run.metrics.driftRepaired.inc({ kind: child.resource.kind });
    run.guard.wrote(run.guardKey, ref, object);
    return { child, live: object, result: "created" };
  } catch (error) {
    if (!isKubeError(error, "conflict")) throw error;
    const live = await outline(run, ref);
    const isForeign = live !== undefined && !isChildOf(live, run.owner.metadata.uid ?? "") && child.adopt !== true;
    if (isForeign) return { child, live, result: "failed", problem: nameTaken(child) };
    run.guard.unsure(run.guardKey, ref);
    throw new Stale("the cache does not know of the child yet", { cause: error });
  }
}
