import { type Millis, toMicroTime } from "@skypanel/crds/time.ts";
import type { Clock } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { hash } from "./hash.ts";
import type { JsonObject, Kube, Live } from "./kube.ts";
import type { KubeMetrics } from "./metrics.ts";

export interface Happening {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

export interface Events {
  /** Tells people what happened to `object`. Never waits and never fails; beyond the rates it is dropped and counted. */
  record(object: Live, happening: Happening): void;
  /** Sends what waits; for stopping. */
  flush(): Promise<void>;
  stop(): void;
}

export interface EventsOptions {
  readonly kube: Pick<Kube, "apply">;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: KubeMetrics;
  readonly reporter: string;
}

interface Series {
  readonly object: Live;
  readonly happening: Happening;
  readonly first: Millis;
  last: Millis;
  count: number;
  sent: number;
}

const events = { group: "events.k8s.io", version: "v1", kind: "Event", plural: "events", namespaced: true };
const ofTheCluster = "default"; // the API refuses events about cluster-scoped objects in other namespaces
const mostQueued = 1000;
const perObject = 10;
const thenEveryMs: Millis = 30_000;
const spacingMs: Millis = 50; // 20 a second
const seriesMs: Millis = 300_000;
const forgottenMs: Millis = 3_600_000;

/** Events of `events.k8s.io/v1`: repeats become one event's series, written every 5 min. */
export function createEvents({ kube, clock, log, metrics, reporter }: EventsOptions): Events {
  const known = new Map<string, Series>();
  const rates = new Map<string, { count: number; nextAt: Millis }>();
  let queue: Series[] = [];
  let sending: Promise<void> | undefined;

  const admit = (uid: string): boolean => {
    const now = clock.monotonic();
    const rate = rates.get(uid) ?? { count: 0, nextAt: 0 };
    if (rate.count >= perObject && now < rate.nextAt) return false;
    rates.set(uid, { count: rate.count + 1, nextAt: now + thenEveryMs });
    return true;
  };
  const enqueue = (series: Series) => {
    if (queue.includes(series)) return;
    queue.push(series);
    if (queue.length > mostQueued) {
      queue = queue.slice(-mostQueued);
      metrics.eventsDropped.inc();
    }
    sending ??= send().finally(() => {
      sending = undefined;
    });
  };
  const send = async () => {
    for (let series = queue.shift(); series !== undefined; series = queue.shift()) {
      const { namespace = ofTheCluster } = series.object.metadata;
      const name = nameOf(series);
      series.sent = series.count;
      try {
        await kube.apply({ resource: events, namespace, name }, body(series, name, namespace, reporter), {
          manager: "skypanel-operator",
          force: true,
        });
      } catch (error) {
        // An event is news, not truth: nobody may wait for it or fail by it.
        metrics.eventsDropped.inc();
        log.debug({ err: error, reason: series.happening.reason }, "event not sent");
      }
      await clock.sleep(spacingMs);
    }
  };
  const plan = (): (() => void) =>
    clock.setTimer(seriesMs, () => {
      const now = clock.now();
      for (const [id, series] of known) {
        if (series.count > series.sent) enqueue(series);
        else if (now - series.last > forgottenMs) known.delete(id);
      }
      rates.clear();
      cancel = plan();
    });
  let cancel = plan();

  return {
    record: (object, happening) => {
      const uid = object.metadata.uid ?? "";
      const id = `${uid}/${happening.reason}/${happening.message}`;
      const repeated = known.get(id);
      if (repeated !== undefined) {
        repeated.count += 1;
        repeated.last = clock.now();
        return;
      }
      if (known.size >= mostQueued || !admit(uid)) return metrics.eventsDropped.inc();
      const series = { object, happening, first: clock.now(), last: clock.now(), count: 1, sent: 0 };
      known.set(id, series);
      enqueue(series);
    },
    flush: async () => {
      await sending;
    },
    stop: () => cancel(),
  };
}

function nameOf({ object, happening, first }: Series): string {
  const { uid = "", name } = object.metadata;
  return `${name.slice(0, 200)}.${hash({ uid, first, reason: happening.reason, message: happening.message })}`;
}

function body(
  { object, happening, first, last, count }: Series,
  name: string,
  namespace: string,
  reporter: string,
): JsonObject {
  const { apiVersion, kind, metadata } = object;
  const place = metadata.namespace === undefined ? {} : { namespace: metadata.namespace };
  const regarding = { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? "", ...place };
  return {
    metadata: { name, namespace },
    eventTime: toMicroTime(first),
    type: happening.type,
    reason: happening.reason,
    note: happening.message.slice(0, 1024),
    action: "Reconcile",
    regarding,
    reportingController: "paas.skypanel.io/operator",
    reportingInstance: reporter.slice(0, 128),
    ...(count > 1 ? { series: { count, lastObservedTime: toMicroTime(last) } } : {}),
  };
}
