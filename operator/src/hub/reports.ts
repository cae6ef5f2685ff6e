import type { ReportItem } from "@skypanel/control-plane/contract/agent.ts";
import { limits } from "@skypanel/crds/limits.ts";
import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { backoff } from "./backoff.ts";
import { type ControlPlane, Refused } from "./control-plane.ts";
import type { HubMetrics } from "./metrics.ts";
import { type Batch, Pending } from "./pending.ts";
import { goneItem, readiness } from "./report-item.ts";
import { wakeable } from "./wake.ts";

export interface ReportsOptions {
  readonly controlPlane: Pick<ControlPlane, "epoch" | "reports">;
  /** Everything that exists now, for snapshots. */
  readonly list: () => readonly ReportItem[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly metrics: Pick<HubMetrics, "pending" | "age" | "batches">;
}

export interface Reports {
  /** Notes an object's newest state; never waits. */
  changed(item: ReportItem): void;
  gone(item: ReportItem): void;
  /** Reports until aborted; what waits then stays unsent. */
  run(signal: AbortSignal): Promise<void>;
  /** One last try to send what waits. */
  flush(signal: AbortSignal): Promise<void>;
  oldestPendingSeconds(): number | null;
}

const snapshotEveryMs: Millis = 600_000;
const snapshotJitterMs: Millis = 10_000;

/** A link's numbers: the epoch the control plane gave it and the last sequence we used in it. */
interface Link {
  readonly epoch: number;
  seq: number;
  snapshotAt: Millis;
}

/**
 * Reports what is, at least once and never the older after the newer: every try has a sequence of its own, and an item
 * leaves only when a report with its newest state was acknowledged.
 */
export function reports(options: ReportsOptions): Reports {
  const { controlPlane, clock, random, log, metrics } = options;
  const pending = new Pending();
  const ready = new Map<string, string>();
  const wake = wakeable(clock);
  const pause = backoff(random);
  let link: Link | undefined;
  let maxItems: number = limits.report.objects;

  const oldestPendingSeconds = () => {
    const since = pending.oldest();
    const seconds = since === undefined ? null : Math.max(0, Math.floor((clock.monotonic() - since) / 1000));
    metrics.age.set(seconds ?? 0);
    return seconds;
  };
  const note = (item: ReportItem, urgent: boolean) => {
    pending.put(item, clock.monotonic(), urgent);
    metrics.pending.set(pending.size);
    wake.wake();
  };
  const open = async (signal: AbortSignal): Promise<Link> => {
    const epoch = await controlPlane.epoch(signal);
    log.info({ epoch }, "reporting link opened");
    pending.dropSnapshot();
    return { epoch, seq: 0, snapshotAt: clock.monotonic() + random() * snapshotJitterMs };
  };
  const send = async (to: Link, batch: Batch, signal: AbortSignal): Promise<void> => {
    to.seq += 1;
    const { items, snapshot } = batch;
    const body = { epoch: to.epoch, seq: to.seq, snapshot, items: [...items] };
    const accepted = await controlPlane.reports(body, signal).catch((error: unknown) => {
      if (isUnreadable(error)) return narrow(batch, error);
      throw error;
    });
    if (accepted === undefined) return;
    metrics.batches.inc({ result: accepted ? "accepted" : "dropped" });
    // Somebody used a higher number in our epoch: only a new epoch makes ours the newest again.
    if (!accepted) throw new Refused(409, "the sequence was already used");
    pending.acknowledge(batch);
    maxItems = Math.min(limits.report.objects, maxItems * 2);
    metrics.pending.set(pending.size);
    oldestPendingSeconds();
  };
  /** Too large or not understood: smaller reports find the object at fault, which alone is given up. */
  const narrow = ({ items, tickets: [ticket] }: Batch, error: Refused): undefined => {
    metrics.batches.inc({ result: String(error.status) });
    maxItems = Math.max(1, Math.floor(items.length / 2));
    if (items.length > 1) return;
    if (ticket === undefined) throw error; // an empty report is not at fault
    if (!pending.giveUp(ticket)) return;
    const { kind, namespace, name } = ticket.item;
    log.error({ err: error, kind, namespace, object: name }, "object not reportable");
  };
  const step = async (signal: AbortSignal): Promise<void> => {
    link ??= await open(signal);
    const now = clock.monotonic();
    if (now >= link.snapshotAt || pending.needsSnapshot) {
      link.snapshotAt = now + snapshotEveryMs;
      pending.beginSnapshot(options.list(), now);
    }
    const due = pending.dueAt(now);
    if (due !== undefined && due <= now) {
      const batch = pending.batch(maxItems);
      if (batch !== undefined) await send(link, batch, signal);
      return;
    }
    await wake.nap(Math.min(due ?? link.snapshotAt, link.snapshotAt) - now, signal);
  };
  const failed = (error: unknown): Millis => {
    oldestPendingSeconds();
    const status = error instanceof Refused ? error.status : 0;
    metrics.batches.inc({ result: status === 0 ? "unanswered" : String(status) });
    if (status === 409) link = undefined;
    log.warn({ err: error, status, pending: pending.size }, "report failed");
    return pause.failed(error instanceof Refused ? error.retryAfterMs : undefined);
  };

  return {
    changed: (item) => {
      const now = readiness(item);
      note(item, ready.get(item.uid) !== now);
      ready.set(item.uid, now);
    },
    gone: (item) => {
      ready.delete(item.uid);
      note(goneItem(item), true);
    },
    run: async (signal) => {
      link = undefined; // whoever reported meanwhile has a newer epoch
      while (!signal.aborted) {
        try {
          await step(signal);
          pause.succeeded();
        } catch (error) {
          if (signal.aborted) return;
          await clock.sleep(failed(error), signal).catch(() => undefined); // aborted: the loop ends
        }
      }
    },
    flush: async (signal) => {
      for (
        let batch = pending.batch(maxItems);
        batch !== undefined && link !== undefined;
        batch = pending.batch(maxItems)
      ) {
        await send(link, batch, signal);
      }
    },
    oldestPendingSeconds,
  };
}

/** Too large for whoever answered, or the control plane's own word that it cannot read it: a proxy's 400 is a fault that passes. */
function isUnreadable(error: unknown): error is Refused {
  return error instanceof Refused && (error.status === 413 || (error.status === 400 && error.reason !== undefined));
}
