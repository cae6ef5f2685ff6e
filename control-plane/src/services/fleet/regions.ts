import type { Pool } from "../../db/pool.ts";
import { withTransaction } from "../../db/tenant.ts";
import { allClusters, type ClusterRow } from "../../repositories/fleet/clusters.ts";
import { placement } from "./placement.ts";
import { phaseOf } from "./row-phase.ts";

/** Regions with their clusters, and for each whether an app can go there; names of apps or organisations are in none. */
export async function readRegions(pool: Pool) {
  const clusters = await withTransaction(pool, allClusters);
  const byRegion = Map.groupBy(clusters, ({ region }) => region);
  return { items: [...byRegion].map(([name, rows]) => ({ name, clusters: rows.map(choice) })) };
}

function choice(row: ClusterRow) {
  const answer = placement(row.wish, phaseOf(row));
  return {
    slug: row.slug,
    name: row.name,
    available: answer.available,
    reason: answer.available ? null : answer.why,
    baseDomain: row.baseDomain,
  };
}
