import type { Transaction } from "../../db/tenant.ts";

/** A commit of the journal as Postgres holds it, without its changes. */
export interface CommitRow {
  seq: number;
  authorName: string;
  authorEmail: string;
  message: string;
  at: Date;
}

export interface ChangeRow {
  seq: number;
  path: string;
  content: string | null;
}

/** Locks the cluster's journal until the transaction ends, and so gives its writers an order; undefined without a cluster. */
export function lockJournal(tx: Transaction, clusterId: string): Promise<{ seq: number } | undefined> {
  return tx.row("select desired_seq as seq from clusters where id = $1 for no key update", [clusterId]);
}

/** The newest revisions of those of `paths` that exist. */
export function revisionsOf(
  tx: Transaction,
  clusterId: string,
  paths: readonly string[],
): Promise<{ path: string; revision: string }[]> {
  return tx.rows("select path, revision from desired_files where cluster_id = $1 and path = any($2)", [
    clusterId,
    paths,
  ]);
}

/** Raises the number of the cluster's newest commit to `seq`. */
export async function setSeq(tx: Transaction, clusterId: string, seq: number): Promise<void> {
  await tx.run("update clusters set desired_seq = $2 where id = $1", [clusterId, seq]);
}

export async function insertCommit(
  tx: Transaction,
  commit: { clusterId: string; seq: number; orgId: string | null; name: string; email: string; message: string },
): Promise<void> {
  const { clusterId, seq, orgId, name, email, message } = commit;
  await tx.run(
    `insert into desired_commits (cluster_id, seq, org_id, author_name, author_email, message)
     values ($1, $2, $3, $4, $5, $6)`,
    [clusterId, seq, orgId, name, email, message],
  );
}

export async function insertChanges(
  tx: Transaction,
  at: { clusterId: string; seq: number; orgId: string | null },
  changes: readonly { path: string; content: string | null }[],
): Promise<void> {
  await tx.run(
    `insert into desired_changes (cluster_id, seq, org_id, path, content)
     select $1, $2, $3, path, content from unnest($4::text[], $5::text[]) as change (path, content)`,
    [at.clusterId, at.seq, at.orgId, changes.map(({ path }) => path), changes.map(({ content }) => content)],
  );
}

export async function upsertFiles(
  tx: Transaction,
  at: { clusterId: string; seq: number; orgId: string | null },
  files: readonly { path: string; revision: string }[],
): Promise<void> {
  await tx.run(
    `insert into desired_files (cluster_id, seq, org_id, path, revision)
     select $1, $2, $3, path, revision from unnest($4::text[], $5::text[]) as file (path, revision)
     on conflict (cluster_id, path) do update set revision = excluded.revision, seq = excluded.seq`,
    [at.clusterId, at.seq, at.orgId, files.map(({ path }) => path), files.map(({ revision }) => revision)],
  );
}

export async function deleteFiles(tx: Transaction, clusterId: string, paths: readonly string[]): Promise<void> {
  await tx.run("delete from desired_files where cluster_id = $1 and path = any($2)", [clusterId, paths]);
}

/** The newest committed content of `path`, which is null once it was removed. */
export function contentOf(
  tx: Transaction,
  clusterId: string,
  path: string,
): Promise<{ content: string | null } | undefined> {
  return tx.row(`select content from desired_changes where cluster_id = $1 and path = $2 order by seq desc limit 1`, [
    clusterId,
    path,
  ]);
}

/** The number of the newest commit; undefined without a cluster. */
export function newestSeq(tx: Transaction, clusterId: string): Promise<{ seq: number } | undefined> {
  return tx.row("select desired_seq as seq from clusters where id = $1", [clusterId]);
}

/** The first `limit` commits after `seq`, in order. */
export function commitsAfter(tx: Transaction, clusterId: string, seq: number, limit: number): Promise<CommitRow[]> {
  return tx.rows(
    `select seq, author_name as "authorName", author_email as "authorEmail", message, created_at as at
     from desired_commits where cluster_id = $1 and seq > $2 order by seq limit $3`,
    [clusterId, seq, limit],
  );
}

/** The changes of commits `first` to `last`, both included. */
export function changesBetween(tx: Transaction, clusterId: string, first: number, last: number): Promise<ChangeRow[]> {
  return tx.rows(
    `select seq, path, content from desired_changes where cluster_id = $1 and seq between $2 and $3 order by seq`,
    [clusterId, first, last],
  );
}
