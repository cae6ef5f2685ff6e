import { isKubeError, type Kube, type Ref } from "../kube/kube.ts";
import { resourceOf } from "../kube/resources.ts";
import { neverHad } from "../kube/versions.ts";
import type { Place } from "./place.ts";
import type { Change, Removal } from "./plan.ts";
import type { FileProblem } from "./tree.ts";

/** How the changes of a plan ended. `later`: refused for now, such as an App whose namespace is still being made. */
export interface Done {
  readonly applied: number;
  readonly later: number;
  readonly broken: readonly FileProblem[];
}

type One = "applied" | "later" | Omit<FileProblem, "path">;

const parallel = 8;
// One object the API chokes on must not stop the others; an API that chokes on all is not asked thousands of times.
const patience = 8;

/**
 * Applies all changes, kind by kind, eight at a time. A file the cluster refuses is broken; the rest goes on. Throws the
 * first fault that is not a file's, once the others are done.
 */
export async function applyAll(kube: Kube, changes: readonly Change[], signal: AbortSignal): Promise<Done> {
  const ended: { readonly path: string; readonly one: One }[] = [];
  const faults: unknown[] = [];
  const attempt = async (change: Change) => {
    if (faults.length >= patience || faults.some((fault) => !isKubeError(fault))) return;
    try {
      ended.push({ path: change.place.path, one: await applyOne(kube, change, signal) });
    } catch (error) {
      faults.push(error); // thrown below
    }
  };
  for (const kind of new Set(changes.map(({ place }) => place.kind))) {
    const rest = changes.filter(({ place }) => place.kind === kind).values();
    const worker = async () => {
      for (const change of rest) await attempt(change);
    };
    await Promise.all(Array.from({ length: parallel }, worker));
  }
  if (faults.length > 0) throw faults[0];
  return {
    applied: ended.filter(({ one }) => one === "applied").length,
    later: ended.filter(({ one }) => one === "later").length,
    broken: ended.flatMap(({ path, one }) => (typeof one === "string" ? [] : [{ path, ...one }])),
  };
}

/** Removes objects, in the order given. Returns how many changed since they were decided on: the next run decides anew. */
export async function removeAll(kube: Kube, removals: readonly Removal[], signal: AbortSignal): Promise<number> {
  let later = 0;
  for (const { place, live } of removals) {
    const { uid = "", resourceVersion = "", namespace } = live.metadata;
    try {
      await kube.delete(refOf(place, namespace), { uid, resourceVersion, signal });
    } catch (error) {
      if (isKubeError(error, "conflict")) later += 1;
      else if (!isKubeError(error, "notFound")) throw error; // gone is what was asked for
    }
  }
  return later;
}

async function applyOne(kube: Kube, change: Change, signal: AbortSignal): Promise<One> {
  try {
    return change.live === undefined ? await create(kube, change, signal) : await update(kube, change, signal);
  } catch (error) {
    if (!isKubeError(error)) throw error;
    switch (error.kind) {
      case "invalid":
        return { message: error.message };
      case "conflict": // the cache is behind
      case "notFound": // the namespace is not made yet
      case "terminating":
      case "quota":
        return "later";
      default:
        throw error; // the API's fault, or a right we lack: nothing of this run can be relied on
    }
  }
}

async function update(kube: Kube, { place, namespace, manifest, live }: Change, signal: AbortSignal): Promise<One> {
  const { uid, resourceVersion } = live?.metadata ?? {};
  const body = { ...manifest, metadata: { ...manifest.metadata, uid, resourceVersion } };
  await kube.apply(refOf(place, namespace), body, { manager: "skypanel-state", force: true, signal });
  return "applied";
}

/**
 * Creates, and never changes what is there: an object that came in between belongs to whoever made it, and meets this as a
 * conflict. The next run sees whose it is.
 */
async function create(kube: Kube, { place, namespace, manifest }: Change, signal: AbortSignal): Promise<One> {
  const body = { ...manifest, metadata: { ...manifest.metadata, resourceVersion: neverHad } };
  await kube.apply(refOf(place, namespace), body, { manager: "skypanel-state", force: false, signal });
  return "applied";
}

function refOf({ kind, name }: Place, namespace: string | undefined): Ref {
  return { resource: resourceOf(kind), name, ...(namespace === undefined ? {} : { namespace }) };
}
