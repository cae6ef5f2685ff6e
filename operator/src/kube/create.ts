import type { AppliedChild, Child } from "./controller.ts";
import type { Dressed } from "./dress.ts";
import { isKubeError, type Live } from "./kube.ts";
import { nameTaken } from "./problems.ts";
import type { Run } from "./run.ts";

/** Creates without force. An answer other than "created" means that the name was taken a moment ago. */
export async function create(run: Run, child: Child, { ref, body, hash }: Dressed): Promise<AppliedChild> {
  const options = { manager: "skypanel-operator", signal: run.signal } as const;
  const force = child.adopt === true;
  try {
    const { object, created } = await run.kube.apply(ref, body, { ...options, force });
    if (created || force) {
      if (run.lost.has(run.owner.metadata.uid ?? "", ref, hash)) {
        run.metrics.driftRepaired.inc({ kind: child.resource.kind });
      }
      noteWrite(run, child, object);
      return { child, live: object, result: "created" };
    }
  } catch (error) {
    if (!isKubeError(error, "conflict")) throw error;
    return { child, live: undefined, result: "failed", problem: nameTaken(child) };
  }
  const { name, namespace } = child.manifest.metadata;
  const bare = { metadata: namespace === undefined ? { name } : { name, namespace } };
  await run.kube.apply(ref, bare, { ...options, force: false }); // lets go of every field we just took
  return { child, live: undefined, result: "failed", problem: nameTaken(child) };
}

/** Tells the guard of a write, if the cache will ever show it. */
export function noteWrite(run: Run, child: Child, object: Live): void {
  if (!run.store.isWatched(child.resource)) return;
  const { name, namespace } = object.metadata;
  const place = namespace === undefined ? { name } : { name, namespace };
  run.guard.wrote(run.guardKey, { resource: child.resource, ...place }, object);
}
