import { limits } from "@skypanel/crds/limits.ts";
import type { Millis } from "@skypanel/runtime/clock.ts";
import { createBackOff } from "./backoff.ts";
import type { Breaker } from "./breaker.ts";
import type { Ended } from "./conclude.ts";
import type { Key } from "./controller.ts";
import { counted } from "./counted.ts";
import { type AnyController, createEngine, type EngineTools } from "./engine.ts";
import type { Priority, Taken } from "./fairness.ts";
import { reconcileAtAnnotation, revisionAnnotation } from "./inventory.ts";
import type { Kube, Live } from "./kube.ts";
import type { Outcome } from "./outcome.ts";
import { createQueue } from "./queue.ts";
import { resourceOf } from "./resources.ts";
import { jittered } from "./retry.ts";
import type { Attempt } from "./run.ts";
import type { Owner } from "./status.ts";
import { keyOf } from "./table.ts";
import { listen } from "./wake.ts";

/** One controller at work. */
export interface Runner {
  /** Starts the workers; until then keys only gather. Ends when `signal` does and what runs has ended. */
  work(signal: AbortSignal): Promise<void>;
  /** Runs a key now. */
  poke(key: Key): void;
  /** Runs every key: what all of them build on has changed. */
  wakeAll(): void;
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
  const { plural: name, kind } = controller.kind;
  const resource = resourceOf(controller.kind);
  const table = store.table(resource);
  const queue = createQueue({ name, workers, clock, metrics });
  const backOff = createBackOff(clock, random);
  const engine = createEngine(controller, tools);
  const stale = new Map<Key, number>(); // runs in a row that met an old copy
  const unsettled = new Set<Key>(); // their last run may have done what their status does not say
  const guardKey = (key: Key) => `${kind}/${key}`;
  let isWorking = false;

  const add = (key: Key, priority: Priority, after: Millis = 0) => {
    const object = table.get(key);
    if (object === undefined) return; // what does not exist needs no run; when it comes, it wakes itself
    if (priority === "user") backOff.clear(key);
    queue.add(key, tenantOf(object), priority, Math.max(clock.monotonic() + after, backOff.until(key)));
  };
  breaker.onWell(() => {
    for (const key of backOff.forgive()) add(key, "retry");
  });
  const forget = (key: Key) => {
    queue.forget(key);
    backOff.clear(key);
    stale.delete(key);
    unsettled.delete(key);
    guard.forget(guardKey(key));
  };
  listen(controller, store, log, {
    // A back-off outlives the process that began it.
    first: (key, failures, nextAttemptAt) => {
      if (failures > 0) backOff.resume(key, failures, nextAttemptAt - clock.now());
      add(key, isWorking && failures === 0 ? "user" : "resync");
    },
    changed: (key) => add(key, "user"),
    observed: (key) => add(key, "observed"),
    gone: forget,
  });

  const next = ({ key, tenant, priority }: Taken, outcome: Outcome) => {
    if (outcome.k === "retry") {
      metrics.reconcileErrors.inc({ controller: name });
      metrics.retries.inc({ name, priority });
      return queue.add(key, tenant, "retry", backOff.until(key));
    }
    backOff.clear(key);
    const afterMs = outcome.k === "wait" ? outcome.afterMs : undefined;
    const resyncAfterMs = jittered(resyncMs, 0.1, random());
    if (afterMs !== undefined && afterMs < resyncAfterMs) return add(key, "observed", afterMs);
    if (outcome.k !== "stop") add(key, "resync", resyncAfterMs);
  };
  const repeat = ({ key, priority }: Taken) => {
    const times = (stale.get(key) ?? 0) + 1;
    stale.set(key, times);
    const object = table.get(key);
    // The cache does not catch up by itself: read what we decide on from the API.
    if (times % readBackAfter === 0 && object !== undefined) {
      const { name: of, namespace } = object.metadata;
      guard.unsure(guardKey(key), { resource, name: of, ...(namespace === undefined ? {} : { namespace }) });
    }
    add(key, priority, againMs * times);
  };
  const settle = (taken: Taken, ended: Ended) => {
    metrics.reconciles.inc({ controller: name, result: ended.k });
    if (ended.k === "again" || ended.k === "retry") unsettled.add(taken.key);
    else unsettled.delete(taken.key);
    if (ended.k === "again") return repeat(taken);
    stale.delete(taken.key);
    if (ended.k === "gone") return backOff.clear(taken.key);
    next(taken, ended);
  };

  const attempt = ({ key, tenant, priority }: Taken, signal: AbortSignal, kube: Kube): Attempt => {
    const id = newId();
    const object = table.get(key) as Owner | undefined; // the table of this kind
    const { generation, annotations = {} } = object?.metadata ?? {};
    const isAsked = annotations[reconcileAtAnnotation] !== object?.status?.lastHandledReconcileAt;
    const isThorough = priority === "resync" || isAsked || unsettled.has(key);
    let noted: ReturnType<Attempt["noteFailure"]> | undefined;
    return {
      ...{ key, id, kube, signal, isThorough, failingMs: backOff.failingMs(key) },
      log: log.child({ reconcileId: id, kind, key, generation, revision: annotations[revisionAnnotation] }),
      noteFailure: (fault) => {
        const wait = () => backOff.failed(key, tenant, fault === "api") - clock.monotonic();
        noted ??= { waitMs: wait(), failures: backOff.failures(key) };
        return noted;
      },
    };
  };
  const runOnce = async (taken: Taken): Promise<Ended> => {
    const deadline = new AbortController();
    const late = () => deadline.abort(new Error("the reconcile took too long"));
    const cancel = clock.setTimer(limits.kube.reconcileMillis, late);
    const calls = counted(tools.kube, metrics);
    const started = clock.monotonic();
    metrics.activeWorkers.inc({ controller: name });
    const ended = await engine(attempt(taken, deadline.signal, calls.kube));
    metrics.activeWorkers.dec({ controller: name });
    metrics.reconcileSeconds.observe({ controller: name }, (clock.monotonic() - started) / 1000);
    calls.end();
    cancel();
    return ended;
  };
  const runTaken = async (taken: Taken) => {
    const { key, tenant, priority } = taken;
    if (guard.mayRun(guardKey(key))) {
      settle(taken, await runOnce(taken));
      return queue.done(key);
    }
    queue.done(key);
    guard.whenReady(guardKey(key), () => queue.add(key, tenant, priority));
  };
  const worker = async (index: number, signal: AbortSignal) => {
    try {
      while (!signal.aborted) {
        await breaker.pass(index, signal);
        await runTaken(await queue.take(signal));
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };

  return {
    work: async (signal) => {
      isWorking = true;
      await Promise.all(Array.from({ length: workers }, (_, index) => worker(index, signal)));
      queue.stop();
    },
    poke: (key) => add(key, "user"),
    wakeAll: () => {
      for (const object of table.all()) add(keyOf(object), "observed");
    },
    size: queue.size,
  };
}
