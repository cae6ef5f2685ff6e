import type { AppliedChild, Child } from "./controller.ts";
import { create } from "./create.ts";
import { type Dressed, dressed, isAsDesired } from "./dress.ts";
import { appliedAnnotation, isChildOf } from "./inventory.ts";
import { isKubeError, type JsonObject, type KubeError, type Live } from "./kube.ts";
import { isApiFault, isStale, outcomeOf } from "./outcome.ts";
import { leaving, nameTaken } from "./problems.ts";
import { type Run, Stale } from "./run.ts";
import { keyOfRef } from "./store.ts";
import { applyUnwatched, recordNew } from "./unwatched.ts";

const parallel = 4;

/**
 * Makes the children as desired, rank by rank, four at a time, with `pause` in between; a rank with a failure is the
 * last. One result for each child that was tried. Throws Stale, and what says that the API is away.
 */
export async function applyChildren(
  run: Run,
  children: readonly Child[],
  pause: () => Promise<void>,
): Promise<readonly AppliedChild[]> {
  const results: AppliedChild[] = [];
  await recordNew(run, children);
  const ranks = [...new Set(children.map(({ resource }) => resource.rank))].sort((a, b) => a - b);
  for (const rank of ranks) {
    const todo = children.filter(({ resource }) => resource.rank === rank);
    while (todo.length > 0) {
      await pause();
      results.push(...(await applySome(run, todo.splice(0, parallel))));
    }
    if (results.some(({ result }) => result === "failed")) return results;
  }
  return results;
}

/** All have ended when this does, even if one throws: the next run must not meet a write of this one. */
async function applySome(run: Run, children: readonly Child[]): Promise<readonly AppliedChild[]> {
  const ended = await Promise.allSettled(children.map((child) => applyOne(run, child)));
  return ended.map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
}

async function applyOne(run: Run, child: Child): Promise<AppliedChild> {
  if (child.keep === true) return { child, live: undefined, result: "unchanged" };
  const dress = dressed(child, run.owner);
  try {
    const isWatched = run.store.isWatched(child.resource);
    const applied = isWatched ? await applyWatched(run, child, dress) : await applyUnwatched(run, child, dress);
    run.metrics.applies.inc({ kind: child.resource.kind, result: applied.result });
    return applied;
  } catch (error) {
    if (!isKubeError(error)) throw error;
    if (isStale(error.kind)) throw new Stale("the cached copy was old", { cause: error });
    if (isApiFault(error.kind)) throw error; // says nothing about this child
    const { namespace = "" } = dress.ref;
    const failure = { error, kind: error.kind, verb: "patch", resource: child.resource.plural, namespace, id: run.id };
    run.metrics.applies.inc({ kind: child.resource.kind, result: "failed" });
    return { child, live: undefined, result: "failed", problem: outcomeOf(failure) };
  }
}

async function applyWatched(run: Run, child: Child, dress: Dressed): Promise<AppliedChild> {
  const live = run.store.table(child.resource).get(keyOfRef(dress.ref));
  if (live === undefined) return create(run, child, dress);
  const isOurs = isChildOf(live, run.owner.metadata.uid ?? "");
  if (!isOurs && child.adopt !== true) return { child, live, result: "failed", problem: nameTaken(child) };
  if (live.metadata.deletionTimestamp !== undefined) return { child, live, result: "failed", problem: leaving(child) };
  if (isAsDesired(dress, child, live)) return { child, live, result: "unchanged" };
  return update(run, child, dress, live);
}

async function update(run: Run, child: Child, dress: Dressed, live: Live): Promise<AppliedChild> {
  const { uid } = live.metadata;
  let { resourceVersion } = live.metadata;
  const options = { manager: "skypanel-operator", force: true, signal: run.signal } as const;
  try {
    if (child.handOver !== undefined) resourceVersion = await handOver(run, dress, child.handOver, live);
    const body: JsonObject = { ...dress.body, metadata: { ...dress.body.metadata, uid, resourceVersion } };
    const { object } = await run.kube.apply(dress.ref, body, options);
    if (live.metadata.annotations?.[appliedAnnotation] === dress.hash) {
      run.metrics.driftRepaired.inc({ kind: child.resource.kind });
    }
    run.guard.wrote(run.guardKey, dress.ref, object);
    return { child, live: object, result: "updated" };
  } catch (error) {
    if (!isKubeError(error, "invalid") || child.onImmutable !== "recreate" || !isImmutable(error)) throw error;
    await run.kube.delete(dress.ref, { uid: uid ?? "", resourceVersion: resourceVersion ?? "", signal: run.signal });
    run.guard.deleted(run.guardKey, dress.ref, uid ?? "");
    return { child, live, result: "failed", problem: leaving(child) };
  }
}

/** Makes another manager hold fields at their present values; returns the version the object has then. */
async function handOver(
  run: Run,
  { ref }: Dressed,
  { manager, fields }: NonNullable<Child["handOver"]>,
  live: Live,
): Promise<string | undefined> {
  const { name, namespace, uid, resourceVersion } = live.metadata;
  const metadata = { name, uid, resourceVersion, ...(namespace === undefined ? {} : { namespace }) };
  const { object } = await run.kube.apply(ref, { ...fields, metadata }, { manager, force: true, signal: run.signal });
  return object.metadata.resourceVersion;
}

function isImmutable({ message }: KubeError): boolean {
  return /immutable|may not change|cannot be changed/i.test(message);
}
