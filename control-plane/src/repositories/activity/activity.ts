import type { Transaction } from "../../db/tenant.ts";

export interface ActivityRow {
  orgId: string | null;
  by: { kind: string; id: string | null; name: string; address: string | null; requestId: string | null };
  action: string;
  object: { kind: string; id: string | null; name: string };
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  revision: string | null;
}

/** Appends one line and returns its id and Postgres's time, as RFC 3339. */
export async function appendActivity(tx: Transaction, line: ActivityRow): Promise<{ id: string; at: string }> {
  const { by, object } = line;
  const row = await tx.row<{ id: string; at: Date }>(
    `insert into activity (org_id, actor_kind, actor_id, actor_name, action, object_kind, object_id, object_name,
       before, after, revision, address, request_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning id::text, at`,
    [
      line.orgId,
      by.kind,
      by.id,
      by.name,
      line.action,
      object.kind,
      object.id,
      object.name,
      line.before,
      line.after,
      line.revision,
      by.address,
      by.requestId,
    ],
  );
  if (!row) throw new Error("insert returned no row");
  return { id: row.id, at: row.at.toISOString() };
}
