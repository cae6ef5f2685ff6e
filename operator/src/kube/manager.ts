import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import type { Breaker } from "./breaker.ts";
import { startCaches } from "./caches.ts";
import type { Key, Reader } from "./controller.ts";
import type { AnyController, Scope } from "./engine.ts";
import { createEvents, type Events } from "./events.ts";
import { createGuard } from "./guard.ts";
import type { Kube, Live } from "./kube.ts";
import { watchLag } from "./lag.ts";
import type { Lease } from "./lease.ts";
import { createLost } from "./lost.ts";
import type { KubeMetrics } from "./metrics.ts";
import { createBrake } from "./prune.ts";
import { type ChildKind, resourceName, resourceOf } from "./resources.ts";
import { createRunner, type Runner } from "./runner.ts";
import { createStore, type Store } from "./store.ts";

export interface ManagerOptions {
  readonly kube: Kube;
  readonly lease: Pick<Lease, "held" | "release">;
  readonly breaker: Breaker;
  readonly controllers: readonly AnyController[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
  readonly log: Log;
  readonly metrics: KubeMetrics;
  /** The pod's name: who says what events say. */
  readonly identity: string;
  readonly scope: Scope;
  /** Whose turn an object counts for in the queues. */
  readonly tenantOf: (object: Live, reader: Reader) => string;
  /** Further kinds to watch that no controller does, such as those the state only writes. */
  readonly alsoWatch?: readonly ChildKind[];
  /** Limits what is watched of a resource by label: shards, and tests that share a cluster. */
  readonly selectorOf?: (resource: ChildKind) => string | undefined;
  /** A controller ended though nobody stopped it; only a restart can cure that. */
  readonly onBroken: (why: string) => void;
  /** Told of each change of an object of a controlled or also watched kind. It must not wait. */
  readonly onObject?: (resource: ChildKind, before: Live | undefined, after: Live | undefined) => void;
}

/** The operator at work on one cluster. */
export interface Manager {
  readonly store: Store;
  readonly events: Events;
  /** Resolves when the caches hold the whole state. */
  readonly synced: Promise<void>;
  /** Resolves when this process leads and its workers run. */
  readonly leading: Promise<void>;
  /** What keeps it from being relied on, and what only a restart can cure: for the probes. */
  unready(): readonly string[];
  broken(): readonly string[];
  /** Runs one object now. */
  poke(resource: ChildKind, key: Key): void;
  /** Keys that wait or run, over all controllers. */
  backlog(): number;
  /** No new work, 5 s for what runs, then the lease is given back. */
  stop(): Promise<void>;
}

const graceMs: Millis = 5_000;
const flushMs: Millis = 2_000;

/** Starts caches at once, and workers when all caches are whole and the lease is held. */
export function startManager(options: ManagerOptions): Manager {
  const { kube, clock, log, metrics, random, controllers, lease, breaker } = options;
  const store = createStore(kube);
  const guard = createGuard({ store, clock, metrics });
  const events = createEvents({ kube, clock, log, metrics, reporter: options.identity });
  const lost = createLost();
  const brake = createBrake(clock, metrics);
  const tools = { kube, store, guard, lost, events, clock, random, log, metrics, brake, scope: options.scope };
  const tenantOf = (object: Live) => options.tenantOf(object, store.reader);
  const working = new AbortController();

  const own = [...controllers.map(({ kind }) => resourceOf(kind)), ...(options.alsoWatch ?? [])];
  const watched = unique([...own, ...controllers.flatMap(({ watches }) => watches.map(({ resource }) => resource))]);
  const runners = new Map<string, Runner>();
  for (const controller of controllers) {
    const runner = createRunner({ controller, tools, breaker, tenantOf, newId: options.newId });
    runners.set(resourceName(resourceOf(controller.kind)), runner);
  }
  for (const resource of own) {
    store.table(resource).onChange((before, after) => {
      if (after === undefined) lost.forget(before?.metadata.uid ?? "");
      options.onObject?.(resource, before, after);
    });
  }
  const lives = (uid: string) => own.some((resource) => store.table(resource).byIndex("uid", uid).length > 0);
  for (const resource of watched) lost.follow(store.table(resource), lives);

  const { selectorOf } = options;
  const onServed = (resource: ChildKind) => {
    const name = resourceName(resource);
    for (const { kind, watches } of controllers) {
      const isUser = watches.some((watch) => resourceName(watch.resource) === name);
      if (isUser) runners.get(resourceName(resourceOf(kind)))?.wakeAll();
    }
  };
  const caches = startCaches({ kube, store, watched, selectorOf, clock, random, log, metrics, onServed });
  const lag = watchLag(clock, caches.measure);
  let work: Promise<unknown> = Promise.resolve();
  const leading = Promise.all([caches.synced, lease.held]).then(() => {
    log.info("leading");
    work = Promise.all(
      [...runners].map(([name, runner]) =>
        runner.work(working.signal).catch((error: unknown) => {
          log.fatal({ err: error, controller: name }, "a controller ended");
          options.onBroken(`controller ${name} ended`);
        }),
      ),
    );
  });

  return {
    store,
    events,
    synced: caches.synced,
    leading,
    unready: () => caches.unsynced().map((name) => `${name} not synced`),
    broken: () => (lag.isBlocked() ? ["the event loop was blocked for 5 s"] : []),
    poke: (resource, key) => runners.get(resourceName(resource))?.poke(key),
    backlog: () => [...runners.values()].reduce((sum, runner) => sum + runner.size(), 0),
    stop: async () => {
      working.abort(new Error("stopping"));
      await within(clock, graceMs, work);
      await within(clock, flushMs, events.flush());
      events.stop();
      lag.stop();
      caches.stop();
      await lease.release();
    },
  };
}

function unique(resources: readonly ChildKind[]): readonly ChildKind[] {
  return [...new Map(resources.map((resource) => [resourceName(resource), resource])).values()];
}

/** Waits for `work`, but not longer than `ms`. */
async function within(clock: Clock, ms: Millis, work: Promise<unknown>): Promise<void> {
  const timer = Promise.withResolvers<void>();
  const cancel = clock.setTimer(ms, timer.resolve);
  await Promise.race([work, timer.promise]);
  cancel();
}
