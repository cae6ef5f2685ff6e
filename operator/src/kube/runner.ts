import { limits } from "@skypanel/crds/limits.ts";
import type { Millis } from "@skypanel/runtime/clock.ts";
import { createBackOff } from "./backoff.ts";
import type { Breaker } from "./breaker.ts";
import type { Key } from "./controller.ts";
import { counted } from "./counted.ts";
import { type AnyController, createEngine, type Ended, type EngineTools } from "./engine.ts";
import type { Priority, Taken } from "./fairness.ts";
import type { Live } from "./kube.ts";
import type { Outcome } from "./outcome.ts";
import { createQueue } from "./queue.ts";
import { resourceOf } from "./resources.ts";
import { jittered } from "./retry.ts";
import { isWoken, keysWoken } from "./wake.ts";

/** One controller at work. */
export interface Runner {
  /** Starts the workers; until then keys only gather. Ends when `signal` does and what runs has ended. */
  work(signal: AbortSignal): Promise<void>;
  /** Runs a key now. */
  poke(key: Key): void;
  /** Keys that wait or run. */
  size(): number;
}

export interface RunnerOptions {
  readonly controller: AnyController;
  readonly tools: EngineTools;
  readonly breaker: Breaker;
  /** Whose turn an object counts for. */
  readonly tenantOf: (object: Live) => string;
  /** Another id for each run. */
  readonly newId: () => string;
}

const workers = 8;
const resyncMs: Millis = 600_000;
const againMs: Millis = 50;
const readBackAfter = 5;

/** Connects a kind's watches to its queue. Nothing runs before `work` is called. */
export function createRunner({ controller, tools, breaker, tenantOf, newId }: RunnerOptions): Runner {
  const { clock, random, store, guard, metrics, log } = tools;
  const name = controller.kind.plural;
  const resource = resourceOf(controller.kind);
  const table = store.table(resource);
  const queue = createQueue({ name, workers, clock, metrics });
  const backOff = createBackOff(clock, random);
  const engine = createEngine(controller, tools);
  const stale = new Map<Key, number>(); // runs in a row that met an old copy
  let isWorking = false;

  const add = (key: Key, priority: Priority, after: Millis = 0) => {
    const object = table.get(key);
    if (object === undefined) return; // what does not exist needs no run; when it comes, it wakes itself
    if (priority === "user") backOff.clear(key);
    queue.add(key, tenantOf(object), priority, Math.max(clock.monotonic() + after, backOff.until(key)));
  };
  const forget = (key: Key) => {
    queue.forget(key);
    backOff.clear(key);
    stale.delete(key);
    guard.forget(`${controller.kind.kind}/${key}`);
  };

  for (const [index, of] of Object.entries(controller.indexes)) {
    table.addIndex(index, of as (object: Live) => readonly string[]); // the table holds objects of this kind
  }
  table.onChange((before, after) => {
    const object = after ?? before;
    if (object === undefined || !isWoken(before, after)) return;
    const key =
      object.metadata.namespace === undefined
        ? object.metadata.name
        : `${object.metadata.namespace}/${object.metadata.name}`;
    if (after === undefined) return forget(key);
    add(key, isWorking || before !== undefined ? "user" : "resync");
  });
  for (const watch of controller.watches) {
    const watched = store.table(watch.resource);
    for (const [index, of] of Object.entries(watch.indexes ?? {})) watched.addIndex(index, of);
    watched.onChange((before, after) => {
      for (const object of [before, after]) {
        if (object !== undefined) for (const key of keysWoken(watch, resource, store, object)) add(key, "observed");
      }
    });
  }

  const next = (taken: Taken, outcome: Outcome, failed: "api" | "object" | undefined) => {
    const { key, tenant } = taken;
    const resync = () => queue.add(key, tenant, "resync", clock.monotonic() + jittered(resyncMs, 0.1, random()));
    if (outcome.k === "retry") {
      metrics.reconcileErrors.inc({ controller: name });
      metrics.retries.inc({ name, priority: taken.priority });
      return queue.add(key, tenant, "retry", backOff.failed(key, tenant, failed === "api"));
    }
    backOff.clear(key);
    if (outcome.k === "wait" && outcome.afterMs !== undefined) add(key, "observed", outcome.afterMs);
    else if (outcome.k !== "stop") resync();
  };
  const settle = (taken: Taken, ended: Ended) => {
    const { key } = taken;
    if (ended.outcome === "again") {
      const times = (stale.get(key) ?? 0) + 1;
      stale.set(key, times);
      const object = table.get(key);
      // The cache does not catch up by itself: read what we decide on from the API.
      if (times % readBackAfter === 0 && object !== undefined) {
        const { name: of, namespace } = object.metadata;
        guard.unsure(`${controller.kind.kind}/${key}`, {
          resource,
          name: of,
          ...(namespace === undefined ? {} : { namespace }),
        });
      }
      return add(key, taken.priority, againMs * times);
    }
    stale.delete(key);
    if (ended.outcome === "gone") return backOff.clear(key);
    next(taken, ended.outcome, "failed" in ended ? ended.failed : undefined);
  };

  const runOnce = async (taken: Taken): Promise<Ended> => {
    const { key, priority } = taken;
    const id = newId();
    const deadline = new AbortController();
    const cancel = clock.setTimer(limits.kube.reconcileMillis, () =>
      deadline.abort(new Error("the reconcile took too long")),
    );
    const { metadata } = table.get(key) ?? { metadata: undefined };
    const facts = { reconcileId: id, kind: controller.kind.kind, key, generation: metadata?.generation };
    const calls = counted(tools.kube, metrics);
    try {
      return await engine({
        key,
        id,
        kube: calls.kube,
        log: log.child(facts),
        signal: deadline.signal,
        isThorough: priority === "resync",
        failures: backOff.failures(key),
        failingMs: backOff.failingMs(key),
      });
    } finally {
      cancel();
      calls.end();
    }
  };
  const runTaken = async (taken: Taken) => {
    const { key, tenant, priority } = taken;
    const guardKey = `${controller.kind.kind}/${key}`;
    if (!guard.isClear(guardKey)) {
      queue.done(key);
      return guard.whenClear(guardKey, () => queue.add(key, tenant, priority));
    }
    const started = clock.monotonic();
    metrics.activeWorkers.inc({ controller: name });
    const ended = await runOnce(taken);
    metrics.activeWorkers.dec({ controller: name });
    metrics.reconcileSeconds.observe({ controller: name }, (clock.monotonic() - started) / 1000);
    metrics.reconciles.inc({
      controller: name,
      result: typeof ended.outcome === "string" ? ended.outcome : ended.outcome.k,
    });
    settle(taken, ended);
    queue.done(key);
  };
  const worker = async (index: number, signal: AbortSignal) => {
    while (!signal.aborted) {
      await breaker.pass(index, signal);
      await runTaken(await queue.take(signal));
    }
  };

  return {
    work: async (signal) => {
      isWorking = true;
      const all = Array.from({ length: workers }, (_, index) =>
        worker(index, signal).catch((error: unknown) => {
          if (!signal.aborted) throw error;
        }),
      );
      await Promise.all(all);
      queue.stop();
    },
    poke: (key) => add(key, "user"),
    size: () => queue.size(),
  };
}
