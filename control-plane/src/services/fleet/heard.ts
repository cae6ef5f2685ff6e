import type { Pool } from "../../db/pool.ts";
import { withTenant } from "../../db/tenant.ts";
import { lastHeard } from "../../repositories/fleet/tenants.ts";
import type { PassingEvent } from "../live/events.ts";

/** That a cluster was heard of, for the administrators and for every organisation on it. */
export async function heardEvents(pool: Pool, clusterId: string): Promise<PassingEvent[]> {
  const heard = await withTenant(pool, { clusterId }, (tx) => lastHeard(tx, clusterId));
  if (!heard) return [];
  const fixed = { id: clusterId, name: heard.slug, revision: null, at: heard.at.toISOString() };
  const event = (topic: string, org: string | null): PassingEvent => ({
    topic,
    type: "cluster.heard",
    data: { ...fixed, org },
  });
  return [event("fleet", null), ...heard.tenants.map((org) => event(`org:${org}`, org))];
}
