import type { HeartbeatBody } from "../../contract/agent.ts";
import { notify } from "../../db/notify.ts";
import type { Pool } from "../../db/pool.ts";
import { withTenant } from "../../db/tenant.ts";
import { NotFound } from "../../errors.ts";
import { storeHeartbeat as store } from "../../repositories/fleet/clusters.ts";
import { tenantsOn } from "../../repositories/fleet/tenants.ts";
import { announceCluster } from "./announce.ts";
import { phaseOf } from "./row-phase.ts";

/**
 * Stores a cluster's sign of life, and pokes the replicas, so that open pages count its age anew. Pages read anew only what
 * they cannot count up themselves: a return from silence, its organisations' too, and a change of checks, versions or
 * applied sequence.
 */
export async function storeHeartbeat(pool: Pool, clusterId: string, body: HeartbeatBody): Promise<void> {
  await withTenant(pool, { clusterId }, async (tx) => {
    const before = await store(tx, clusterId, body);
    if (!before) throw new NotFound();
    const cluster = { id: clusterId, slug: before.slug };
    await notify(tx, "heard", clusterId);
    const isBack = phaseOf(before) !== "Online" && before.registration === "Registered";
    if (isBack) {
      const tenants = await tenantsOn(tx, clusterId);
      await announceCluster(tx, cluster, ["fleet", ...tenants.map(({ name }) => `org:${name}` as const)]);
      return;
    }
    if (!isSame(before.heartbeat, body)) await announceCluster(tx, cluster);
  });
}

function isSame(before: HeartbeatBody | null, after: HeartbeatBody): boolean {
  return before !== null && JSON.stringify(shown(before)) === JSON.stringify(shown(after));
}

// Key by key: Postgres keeps the keys of a JSON object in an order of its own.
function shown({ versions, checks, appliedSeq }: HeartbeatBody) {
  return [
    versions.operator,
    versions.kubernetes,
    appliedSeq,
    ...checks.map(({ id, state, detail, command }) => [id, state, detail, command]),
  ];
}
