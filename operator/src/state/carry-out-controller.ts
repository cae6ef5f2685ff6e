import { isKubeError, type Kube, type Ref } from "../kube/kube.ts";
import { resourceOf } from "../kube/resources.ts";
import type { Place } from "./place.ts";
import type { Change, Removal } from "./plan.ts";
import type { FileProblem } from "./tree.ts";

/** How the changes of a plan ended. `later`: refused for now, such as an App whose namespace is still being made. */
export interface Done {
  readonly applied: number;
  readonly later: number;
  readonly broken: readonly FileProblem[];
}

type One = "applied" | "later" | { readonly broken: string };

const parallel = 8;
const elsewhere = "kubectl manages it. Remove one of the two.";

/** Applies all changes, kind by kind, eight at a time. A file the cluster refuses is broken; the rest goes on. */
export async function applyAll(kube: Kube, changes: readonly Change[], signal: AbortSignal): Promise<Done> {
  const ended: { path: string; one: One }[] = [];
  for (const kind of new Set(changes.map(({ place }) => place.kind))) {
    const todo = changes.filter(({ place }) => place.kind === kind);
    while (todo.length > 0) {
      const some = todo.splice(0, parallel);
      const ones = await Promise.all(some.map((change) => applyOne(kube, change, signal)));
      ones.forEach((one, index) => {
        ended.push({ path: some[index]?.place.path ?? "", one });
      });
    }
  }
  return {
    applied: ended.filter(({ one }) => one === "applied").length,
    later: ended.filter(({ one }) => one === "later").length,
    broken: ended.flatMap(({ path, one }) => (typeof one === "string" ? [] : [{ path, message: one.broken }])),
  };
}

/** Removes objects, in the order given; one that changed since it was decided on is left for the next run. */
export async function removeAll(kube: Kube, removals: readonly Removal[], signal: AbortSignal): Promise<void> {
  for (const { place, live } of removals) {
    const { uid = "", resourceVersion = "", namespace } = live.metadata;
    try {
      await kube.delete(refOf(place, namespace), { uid, resourceVersion, signal });
    } catch (error) {
      // Gone already, or not what was decided on: either way there is nothing to do now.
      if (!isKubeError(error, "notFound", "conflict")) throw error;
    }
  }
}

async function applyOne(kube: Kube, change: Change, signal: AbortSignal): Promise<One> {
  try {
    return change.live === undefined ? await create(kube, change, signal) : await update(kube, change, signal);
  } catch (error) {
    if (!isKubeError(error)) throw error;
    switch (error.kind) {
      case "invalid":
        return { broken: error.message };
      case "conflict": // the cache was behind
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

/** Without force: an object that came in between belongs to whoever made it, and we let go of what we took. */
async function create(kube: Kube, { place, namespace, manifest }: Change, signal: AbortSignal): Promise<One> {
  const ref = refOf(place, namespace);
  const options = { manager: "skypanel-state", force: false, signal } as const;
  const { created } = await kube.apply(ref, manifest, options);
  if (created) return "applied";
  const { name, namespace: inNamespace } = manifest.metadata;
  const { apiVersion, kind } = manifest;
  await kube.apply(ref, { apiVersion, kind, metadata: { name, namespace: inNamespace } }, options);
  return { broken: elsewhere };
}

function refOf({ kind, name }: Place, namespace: string | undefined): Ref {
  return { resource: resourceOf(kind), name, ...(namespace === undefined ? {} : { namespace }) };
}
