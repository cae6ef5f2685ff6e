import { type Millis, toMicroTime } from "@skypanel/crds/time.ts";
import type { Clock } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { printable } from "./conditions.ts";
import { createEventRates } from "./event-rates.ts";
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

/** One event and its repeats; of the object only what an event says, for thousands are remembered. */
interface Series {
  readonly about: { readonly apiVersion: string; readonly kind: string; readonly metadata: About };
  readonly happening: Happening;
  readonly first: Millis;
  last: Millis;
  /** When it was last repeated (monotonic). */
  seenAt: Millis;
  count: number;
  sent: number;
}
type About = Pick<Live["metadata"], "name" | "namespace" | "uid">;

const events = { group: "events.k8s.io", version: "v1", kind: "Event", plural: "events", namespaced: true };
const ofTheCluster = "default"; // the API refuses events about cluster-scoped objects in other namespaces
const mostQueued = 1_000;
const mostKnown = 10_000;
const noteBytes = 1_024;
const spacingMs: Millis = 50; // 20 a second
const seriesMs: Millis = 300_000;
const forgottenMs: Millis = 3_600_000;

/** Events of `events.k8s.io/v1`: repeats become one event's series, written every 5 min. */
export function createEvents({ kube, clock, log, metrics, reporter }: EventsOptions): Events {
  const known = new Map<string, Series>(); // the least recent first
  const rates = createEventRates(clock);
  const queue = new Set<Series>();
  let sending: Promise<void> | undefined;
  let sentAt = Number.NEGATIVE_INFINITY;

  const enqueue = (series: Series) => {
    queue.add(series);
    const [oldest] = queue;
    if (queue.size > mostQueued && oldest !== undefined) {
      queue.delete(oldest);
      metrics.eventsDropped.inc();
    }
    sending ??= send().finally(() => {
      sending = undefined;
    });
  };
  const send = async () => {
    for (const series of queue) {
      const waitMs = sentAt + spacingMs - clock.monotonic();
      if (waitMs > 0) await clock.sleep(waitMs);
      sentAt = clock.monotonic();
      queue.delete(series);
      await sendOne(series);
    }
  };
  const sendOne = async (series: Series) => {
    const { namespace = ofTheCluster } = series.about.metadata;
    const name = nameOf(series);
    series.sent = series.count;
    try {
      const options = { manager: "skypanel-operator", force: true } as const;
      await kube.apply({ resource: events, namespace, name }, body(series, name, namespace, reporter), options);
    } catch (error) {
      // An event is news, not truth: nobody may wait for it or fail by it.
      metrics.eventsDropped.inc();
      log.debug({ err: error, reason: series.happening.reason }, "event not sent");
    }
  };
  const sendRepeats = () => {
    for (const series of known.values()) if (series.count > series.sent) enqueue(series);
  };
  const plan = (): (() => void) =>
    clock.setTimer(seriesMs, () => {
      sendRepeats();
      for (const [id, { seenAt }] of known) if (clock.monotonic() - seenAt > forgottenMs) known.delete(id);
      rates.sweep();
      cancel = plan();
    });
  let cancel = plan();
  const remember = (id: string, series: Series) => {
    known.delete(id);
    known.set(id, series);
    const [oldest] = known.keys();
    if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
  };

  return {
    record: ({ apiVersion, kind, metadata }, happening) => {
      const { uid = "", name, namespace } = metadata;
      const id = `${uid}/${happening.reason}/${happening.message}`;
      const now = { last: clock.now(), seenAt: clock.monotonic() };
      const old = known.get(id);
      if (old !== undefined) return remember(id, Object.assign(old, now, { count: old.count + 1 }));
      if (!rates.admit(uid)) return metrics.eventsDropped.inc();
      const about = { apiVersion, kind, metadata: { uid, name, ...(namespace === undefined ? {} : { namespace }) } };
      const series: Series = { about, happening, first: now.last, ...now, count: 1, sent: 0 };
      remember(id, series);
      enqueue(series);
    },
    flush: async () => {
      sendRepeats();
      await sending;
    },
    stop: () => cancel(),
  };
}

function nameOf({ about, happening, first }: Series): string {
  const { uid = "", name } = about.metadata;
  return `${name.slice(0, 200)}.${hash({ uid, first, reason: happening.reason, message: happening.message })}`;
}

function body(
  { about, happening, first, last, count }: Series,
  name: string,
  namespace: string,
  reporter: string,
): JsonObject {
  const { apiVersion, kind, metadata } = about;
  const place = metadata.namespace === undefined ? {} : { namespace: metadata.namespace };
  const regarding = { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? "", ...place };
  return {
    metadata: { name, namespace },
    eventTime: toMicroTime(first),
    type: happening.type,
    reason: happening.reason,
    note: note(happening.message),
    action: "Reconcile",
    regarding,
    reportingController: "paas.skypanel.io/operator",
    reportingInstance: reporter.slice(0, 128),
    ...(count > 1 ? { series: { count, lastObservedTime: toMicroTime(last) } } : {}),
  };
}

/** The API counts bytes where it says characters. */
function note(message: string): string {
  const cut = Buffer.from(printable(message)).subarray(0, noteBytes).toString();
  return cut.replace(/\uFFFD+$/, "");
}
