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

export interface ActivityLine {
  id: string;
  at: Date;
  actorKind: "user" | "cluster" | "system";
  actorId: string | null;
  actorName: string;
  action: string;
  objectKind: string;
  objectId: string | null;
  objectName: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  revision: string | null;
  address: string | null;
  requestId: string | null;
}

interface ActivityPage {
  /** Only lines older than this id. */
  before: string | null;
  search: string;
  /** An object's id or name. */
  object: string | null;
  action: string | null;
  limit: number;
}

/** Lines of an organisation, or of all when `orgId` is null, newest first. */
export function listActivity(tx: Transaction, orgId: string | null, page: ActivityPage): Promise<ActivityLine[]> {
  return tx.rows<ActivityLine>(
    `select id::text, at, actor_kind as "actorKind", actor_id as "actorId", actor_name as "actorName", action,
       object_kind as "objectKind", object_id as "objectId", object_name as "objectName", before, after, revision,
       address, request_id as "requestId"
     from activity
     where ($1::uuid is null or org_id = $1) and ($2::bigint is null or id < $2)
       and ($3 = '' or strpos(lower(object_name), lower($3)) > 0 or strpos(lower(actor_name), lower($3)) > 0)
       and ($4::text is null or object_id = $4 or object_name = $4) and ($5::text is null or action = $5)
     order by activity.id desc limit $6`,
    [orgId, page.before, page.search, page.object, page.action, page.limit],
  );
}
