import type { ReportItem, ReportsBody } from "../../contract/agent.ts";
import { databaseTime } from "../../db/now.ts";
import type { Pool } from "../../db/pool.ts";
import { type Transaction, withTenant } from "../../db/tenant.ts";
import { Conflict, NotFound } from "../../errors.ts";
import {
  forgetObservations,
  forgetUnseen,
  lockMark,
  type ObservedChange,
  type ReportMark,
  setMark,
  storeObservations,
} from "../../repositories/fleet/observations.ts";
import { publish } from "../activity/publish.ts";

/**
 * Stores what a cluster saw. A report at or below the last (epoch, sequence) accepted is dropped: `accepted` is false.
 * Throws Conflict StaleEpoch for an epoch that is no longer, or never was, the cluster's.
 */
export function storeReports(pool: Pool, clusterId: string, body: ReportsBody): Promise<{ accepted: boolean }> {
  return withTenant(pool, { clusterId }, async (tx) => {
    const mark = await lockMark(tx, clusterId);
    if (!mark) throw new NotFound();
    if (body.epoch !== mark.reportEpoch) throw staleEpoch();
    if (body.epoch === mark.acceptedEpoch && body.seq <= mark.acceptedSeq) return { accepted: false };
    const { startedSeq, isFinished } = snapshotAfter(mark, body);
    await setMark(tx, clusterId, { ...body, snapshotStartedSeq: isFinished ? null : startedSeq });
    const { seen, gone } = await store(tx, clusterId, body);
    const unseen = isFinished && startedSeq !== null ? await forgetUnseen(tx, clusterId, body.epoch, startedSeq) : [];
    await announce(tx, seen, [...gone, ...unseen]);
    return { accepted: true };
  });
}

/** Where the snapshot under way began, and whether it ends here; one whose beginning was never seen ends nothing. */
function snapshotAfter(mark: ReportMark, { snapshot, seq }: ReportsBody) {
  const begins = snapshot === "begin" || snapshot === "whole";
  const isFinished = snapshot === "end" || snapshot === "whole";
  return { startedSeq: begins ? seq : mark.snapshotStartedSeq, isFinished };
}

async function store(tx: Transaction, clusterId: string, { epoch, seq, items }: ReportsBody) {
  // The newest of an object wins, also within one report.
  const newest = [...new Map(items.map((item) => [item.uid, item])).values()];
  const there = newest.filter(({ deleted }) => !deleted);
  const gone = newest.filter(({ deleted }) => deleted).map(({ uid }) => uid);
  return {
    seen: there.length > 0 ? await storeObservations(tx, { clusterId, epoch, seq }, textOf(there)) : [],
    gone: gone.length > 0 ? await forgetObservations(tx, clusterId, gone) : [],
  };
}

/** The items as JSON that Postgres takes: a NUL or half a surrogate pair, which jsonb refuses, becomes U+FFFD. */
function textOf(items: readonly ReportItem[]): string {
  // Spec only of what is managed with kubectl: ours is in Postgres already, and a worker has no say in it.
  const kept = items.map((item) => ({ ...item, spec: item.managedBy === "kubectl" ? item.spec : null }));
  return JSON.stringify(kept).replace(/\\u(0000|d[89a-f][0-9a-f]{2})/g, "\\ufffd");
}

async function announce(tx: Transaction, seen: ObservedChange[], gone: ObservedChange[]): Promise<void> {
  const events = [
    ...seen.map((change) => ({ type: "app.changed" as const, ...change })),
    ...gone.map((change) => ({ type: "app.deleted" as const, ...change })),
  ].filter(({ kind, tenant }) => kind === "App" && tenant !== null);
  if (events.length === 0) return;
  const at = await databaseTime(tx);
  for (const { type, uid, name, tenant, revision } of events)
    await publish(tx, { topic: `org:${tenant}`, type, data: { id: uid, name, org: tenant, revision, at } });
}

function staleEpoch(): Conflict {
  return new Conflict({
    reason: "StaleEpoch",
    detail: "The report's epoch is not the cluster's newest.",
    remedy: "Open a new epoch and send a whole snapshot.",
  });
}
