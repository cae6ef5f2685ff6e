import type { Kube, Live, Ref, Resource } from "../../operator/src/kube/kube.ts";
import { resourceName } from "../../operator/src/kube/resources.ts";

/** What the bench itself sees of the cluster, at the moment it comes. */
export interface Sight {
  /** The instant at which an object first is as wanted; at once if it is so now. Rejects after `deadlineMs`. */
  seen(ref: Ref, wanted: (object: Live) => boolean, deadlineMs?: number): Promise<number>;
  close(): void;
}

interface Waiting {
  readonly wanted: (object: Live) => boolean;
  readonly met: (at: number) => void;
  readonly failed: (why: unknown) => void;
}

const longMs = 600_000;
const watchSeconds = 3_600;
const pauseMs = 200;

/** Watches the objects of `resources`; resolves once their present state is known. */
export async function openSight(kube: Kube, resources: readonly Resource[], stop: AbortSignal): Promise<Sight> {
  const over = new AbortController();
  const signal = AbortSignal.any([stop, over.signal]);
  const objects = new Map<string, Live>();
  const waiting = new Map<string, Set<Waiting>>();
  const note = (id: string, object: Live, at: number) => {
    objects.set(id, object);
    for (const one of waiting.get(id) ?? []) if (one.wanted(object)) one.met(at);
  };
  await Promise.all(resources.map((resource) => follow(kube, resource, signal, objects, note)));
  signal.addEventListener("abort", () => {
    for (const all of waiting.values()) for (const one of all) one.failed(signal.reason);
  });
  const seen: Sight["seen"] = (ref, wanted, deadlineMs = longMs) => {
    const id = idOf(ref.resource, ref);
    const now = objects.get(id);
    if (now !== undefined && wanted(now)) return Promise.resolve(performance.now());
    const { promise, resolve: met, reject: failed } = Promise.withResolvers<number>();
    const one = { wanted, met, failed };
    const all = waiting.get(id) ?? new Set();
    waiting.set(id, all.add(one));
    const late = setTimeout(() => failed(new Error(`${id} was not as wanted after ${deadlineMs} ms`)), deadlineMs);
    return promise.finally(() => {
      clearTimeout(late);
      all.delete(one);
    });
  };
  return { seen, close: () => over.abort(new Error("the run is over")) };
}

const idOf = (resource: Resource, { namespace = "", name }: { namespace?: string; name: string }) =>
  `${resourceName(resource)}/${namespace}/${name}`;

/** Resolves once the whole state was told; goes on in the background, anew from the whole state after any end. */
function follow(
  kube: Kube,
  resource: Resource,
  signal: AbortSignal,
  objects: Map<string, Live>,
  note: (id: string, object: Live, at: number) => void,
): Promise<void> {
  const whole = Promise.withResolvers<void>();
  const once = async () => {
    const options = { resourceVersion: "", initial: true, timeoutSeconds: watchSeconds, signal };
    for await (const event of kube.watch(resource, options)) {
      const at = performance.now();
      if (event.type === "initial-end") whole.resolve();
      if (event.type === "deleted") objects.delete(idOf(resource, event.object.metadata));
      if (event.type !== "added" && event.type !== "modified") continue;
      note(idOf(resource, event.object.metadata), event.object, at);
    }
  };
  const on = async () => {
    while (!signal.aborted) {
      await once().catch(() => undefined); // whatever ended it, the whole state comes again
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    whole.reject(signal.reason);
  };
  void on();
  return whole.promise;
}
