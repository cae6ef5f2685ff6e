import { createHash } from "node:crypto";
import { clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import type { Pool } from "../../db/pool.ts";
import { withTenant } from "../../db/tenant.ts";
import { append } from "../../desired/journal.ts";
import { renderCluster } from "../../desired/render.ts";
import { heldRemovals, removedButSeen } from "../../repositories/fleet/removals.ts";
import { authorOf, system } from "../activity/author.ts";
import { rendered } from "../rendered.ts";
import { viewOf } from "./find.ts";

/**
 * Lets a cluster go on with the removals its brake holds back, if people asked here for exactly those: the brake cannot tell
 * a hundred deleted apps from an emptied tree, the journal can. Says so in `cluster.yaml` (operator.md section 4.7). Removals
 * that differ by one path stay held, for an administrator to look at.
 */
export async function confirmRemovals(pool: Pool, clusterId: string): Promise<void> {
  await withTenant(pool, { platform: true }, async (tx) => {
    const held = await heldRemovals(tx, clusterId);
    if (held === undefined) return;
    const paths = (await removedButSeen(tx, clusterId)).map(({ path }) => path);
    if (planId(paths) !== held.id) return;
    const { baseDomain, ingress, slug } = await viewOf(tx, clusterId);
    const { path, content } = rendered(clusterSettings, renderCluster({ baseDomain, ingress, confirmPrune: held.id }));
    const message = `cluster: confirm ${paths.length} removals on ${slug}`;
    await append(tx, { clusterId, orgId: null, author: authorOf(system), message }, [{ path, content }]);
  });
}

/** The operator's id of a set of removals: 16 hex digits of SHA-256 over the sorted paths as JSON. */
export function planId(paths: readonly string[]): string {
  const text = JSON.stringify([...paths].sort());
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
