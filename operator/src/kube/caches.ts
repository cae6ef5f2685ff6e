import type { Clock } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { discover } from "./discovery.ts";
import type { Kube } from "./kube.ts";
import type { KubeMetrics } from "./metrics.ts";
import { type Reflector, startReflector } from "./reflector.ts";
import { type ChildKind, resourceName } from "./resources.ts";
import { shapeOf } from "./shape.ts";
import type { Store } from "./store.ts";

/** The reflectors that keep a store equal to the cluster: one per watched resource that is served. */
export interface Caches {
  /** Resolves when the store holds the whole state. */
  readonly synced: Promise<void>;
  /** Resources that are not whole yet, by name. */
  unsynced(): readonly string[];
  /** Publishes how long ago each watch last spoke. */
  measure(): void;
  stop(): void;
}

export interface CachesOptions {
  readonly kube: Kube;
  readonly store: Store;
  readonly watched: readonly ChildKind[];
  /** Limits what is watched of a resource by label. */
  readonly selectorOf: ((resource: ChildKind) => string | undefined) | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly metrics: KubeMetrics;
  /** An optional collection came or went: who uses it decides anew. */
  readonly onServed: (resource: ChildKind) => void;
}

/** Starts following all that is watched; an optional collection once it is served, and until it is gone. */
export function startCaches(options: CachesOptions): Caches {
  const { kube, store, watched, selectorOf, clock, random, log, metrics } = options;
  const watching = new AbortController();
  const reflectors = new Map<string, { reflector: Reflector; stop: AbortController }>();

  const startOne = (resource: ChildKind) => {
    const stop = new AbortController();
    const selectors = [resource.selector, selectorOf?.(resource)].filter((one) => one !== undefined);
    const reflector = startReflector({
      ...{ kube, clock, random, log, metrics },
      table: store.table(resource),
      shape: shapeOf(resource),
      signal: AbortSignal.any([watching.signal, stop.signal]),
      labelSelector: selectors.length === 0 ? undefined : selectors.join(","),
      onMissing: () => discovery.doubt(resource),
    });
    reflectors.set(resourceName(resource), { reflector, stop });
  };
  const forget = (resource: ChildKind) => {
    reflectors.get(resourceName(resource))?.stop.abort(new Error("the collection is gone"));
    reflectors.delete(resourceName(resource));
    store.table(resource).clear();
    metrics.reflected.remove({ resource: resourceName(resource) });
    metrics.contactAge.remove({ resource: resourceName(resource) });
  };
  const discovery = discover({
    ...{ kube, clock, log },
    optional: watched.filter(({ optional }) => optional),
    onChange: (resource, isServed) => {
      store.setServed(resource, isServed);
      if (isServed) startOne(resource);
      else forget(resource);
      options.onServed(resource);
    },
  });
  for (const resource of watched) if (!resource.optional) startOne(resource);

  return {
    synced: discovery.known
      .then(() => Promise.all([...reflectors.values()].map(({ reflector }) => reflector.synced)))
      .then(() => log.info({ resources: reflectors.size }, "caches are whole")),
    unsynced: () => [...reflectors].filter(([, { reflector }]) => !reflector.isSynced()).map(([name]) => name),
    measure: () => {
      for (const [resource, { reflector }] of reflectors) {
        metrics.contactAge.set({ resource }, reflector.silentMs() / 1000);
      }
    },
    stop: () => {
      discovery.stop();
      watching.abort(new Error("stopping"));
    },
  };
}
