import type { Pool } from "../../db/pool.ts";
import { type Who, withTenant } from "../../db/tenant.ts";
import { type ActivityLine, listActivity } from "../../repositories/activity/activity.ts";
import { afterCursor, pageOf } from "../cursor.ts";

interface Listing {
  limit: number;
  cursor?: string | undefined;
  q?: string | undefined;
  object?: string | undefined;
  action?: string | undefined;
}

/** What was done, newest first: in one organisation, or everywhere when `orgId` is null and `who` is the platform. */
export async function activityPage(pool: Pool, who: Who, orgId: string | null, listing: Listing) {
  const { limit, cursor, q, object, action } = listing;
  const [after = ""] = afterCursor(cursor, 1) ?? [];
  const page = {
    before: /^\d{1,18}$/.test(after) ? after : null,
    search: q ?? "",
    object: object ?? null,
    action: action ?? null,
    limit: limit + 1,
  };
  const rows = await withTenant(pool, who, (tx) => listActivity(tx, orgId, page));
  const { items, nextCursor } = pageOf(rows, limit, ({ id }) => [id]);
  return { items: items.map(view), nextCursor };
}

function view(line: ActivityLine) {
  return {
    id: line.id,
    at: line.at.toISOString(),
    actor: { kind: line.actorKind, id: line.actorId, name: line.actorName },
    action: line.action,
    object: { kind: line.objectKind, id: line.objectId, name: line.objectName },
    before: line.before,
    after: line.after,
    revision: line.revision,
    address: line.address,
    requestId: line.requestId,
  };
}
