import { withTenant } from "../../db/tenant.ts";
import { approve } from "../../repositories/fleet/clusters.ts";
import type { By } from "../activity/activity.ts";
import { announceCluster } from "./announce.ts";
import type { FleetDeps } from "./clusters.ts";
import { recordCluster, viewOf } from "./find.ts";
import { issueToken, type Registration } from "./tokens.ts";
import type { ClusterView } from "./view.ts";

const platform = { platform: true };

/** Issues a new token for a cluster that is to join, or to join again. Throws NotFound. */
export function renewToken(deps: FleetDeps, by: By, id: string): Promise<Registration> {
  return withTenant(deps.pool, platform, async (tx) => {
    const cluster = await viewOf(tx, id);
    const registration = await issueToken(tx, cluster, deps);
    await recordCluster(tx, by, "cluster.token-issued", cluster, { after: { expiresAt: registration.expiresAt } });
    await announceCluster(tx, cluster);
    return registration;
  });
}

/**
 * Lets a cluster speak that an administrator has looked at: its token was presented by a second key, and the first is
 * right. Changes nothing for a cluster that does not wait. Throws NotFound.
 */
export function approveCluster({ pool }: Pick<FleetDeps, "pool">, by: By, id: string): Promise<ClusterView> {
  return withTenant(pool, platform, async (tx) => {
    await viewOf(tx, id);
    const isChanged = (await approve(tx, id)) > 0;
    const cluster = await viewOf(tx, id);
    if (!isChanged) return cluster;
    await recordCluster(tx, by, "cluster.approved", cluster, {});
    await announceCluster(tx, cluster);
    return cluster;
  });
}
