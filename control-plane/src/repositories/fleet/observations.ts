import type { Transaction } from "../../db/tenant.ts";

/** How far a cluster's reports have been accepted. */
export interface ReportMark {
  reportEpoch: number;
  acceptedEpoch: number;
  acceptedSeq: number;
  snapshotStartedSeq: number | null;
}

/** An object whose observation changed, or is gone; `tenant` is undefined without an organisation. */
export interface ObservedChange {
  uid: string;
  kind: string;
  name: string;
  tenant: string | null;
  revision: string | null;
}

/** Opens the next epoch: a snapshot begun in an earlier one will never end. */
export function openEpoch(tx: Transaction, clusterId: string): Promise<{ epoch: number } | undefined> {
  return tx.row(
    `update clusters set report_epoch = report_epoch + 1, snapshot_started_seq = null where id = $1
     returning report_epoch as epoch`,
    [clusterId],
  );
}

/** The mark, locked until the transaction ends: a cluster's reports are taken one after the other. */
export function lockMark(tx: Transaction, clusterId: string): Promise<ReportMark | undefined> {
  return tx.row(
    `select report_epoch as "reportEpoch", accepted_epoch as "acceptedEpoch", accepted_seq as "acceptedSeq",
       snapshot_started_seq as "snapshotStartedSeq"
     from clusters where id = $1 for no key update`,
    [clusterId],
  );
}

/** Moves the mark; a report is also a sign of life. */
export async function setMark(
  tx: Transaction,
  clusterId: string,
  mark: { epoch: number; seq: number; snapshotStartedSeq: number | null },
): Promise<void> {
  await tx.run(`update clusters set accepted_epoch = $2, accepted_seq = $3, snapshot_started_seq = $4 where id = $1`, [
    clusterId,
    mark.epoch,
    mark.seq,
    mark.snapshotStartedSeq,
  ]);
}

/**
 * Stores the objects in `items` (a JSON list) as the newest seen, and returns those whose status, generation or revision
 * is another than before. The organisation is found by the tenant's name on this cluster, never taken from the report.
 */
export function storeObservations(
  tx: Transaction,
  at: { clusterId: string; epoch: number; seq: number },
  items: string,
): Promise<ObservedChange[]> {
  return tx.rows(
    `with item as (
       select * from jsonb_to_recordset($4::jsonb) as item (uid text, kind text, namespace text, name text, tenant text,
         "managedBy" text, generation bigint, revision text, "observedAt" timestamptz, spec jsonb, status jsonb)
     ), before as (
       select o.uid, o.generation, o.revision, o.status from observations o join item using (uid) where o.cluster_id = $1
     ), stored as (
       insert into observations (cluster_id, uid, kind, namespace, name, org_id, managed_by, generation, revision,
         observed_at, epoch, seq, spec, status)
       select $1, item.uid, item.kind, item.namespace, item.name, t.org_id, item."managedBy", item.generation,
         item.revision, item."observedAt", $2, $3, item.spec, item.status
       from item left join tenants t on t.cluster_id = $1 and t.name = item.tenant
       on conflict (cluster_id, uid) do update set kind = excluded.kind, namespace = excluded.namespace,
         name = excluded.name, org_id = excluded.org_id, managed_by = excluded.managed_by,
         generation = excluded.generation, revision = excluded.revision, observed_at = excluded.observed_at,
         received_at = excluded.received_at, epoch = excluded.epoch, seq = excluded.seq, spec = excluded.spec,
         status = excluded.status
       returning uid, kind, name, org_id, generation, revision, status
     )
     select s.uid, s.kind, s.name, t.name as tenant, s.revision
     from stored s left join tenants t on t.cluster_id = $1 and t.org_id = s.org_id
       left join before b on b.uid = s.uid
     where b.uid is null or (b.generation, b.revision, b.status) is distinct from (s.generation, s.revision, s.status)`,
    [at.clusterId, at.epoch, at.seq, items],
  );
}

/** Forgets the objects with these uids. */
export function forgetObservations(
  tx: Transaction,
  clusterId: string,
  uids: readonly string[],
): Promise<ObservedChange[]> {
  return tx.rows(
    `with gone as (delete from observations where cluster_id = $1 and uid = any($2)
       returning uid, kind, name, org_id, revision)
     select gone.uid, gone.kind, gone.name, t.name as tenant, gone.revision
     from gone left join tenants t on t.cluster_id = $1 and t.org_id = gone.org_id`,
    [clusterId, uids],
  );
}

/** Forgets what a finished snapshot of `epoch`, begun at `since`, did not hold. */
export function forgetUnseen(
  tx: Transaction,
  clusterId: string,
  epoch: number,
  since: number,
): Promise<ObservedChange[]> {
  return tx.rows(
    `with gone as (delete from observations where cluster_id = $1 and (epoch, seq) < ($2, $3)
       returning uid, kind, name, org_id, revision)
     select gone.uid, gone.kind, gone.name, t.name as tenant, gone.revision
     from gone left join tenants t on t.cluster_id = $1 and t.org_id = gone.org_id`,
    [clusterId, epoch, since],
  );
}
