import type { z } from "zod";
import type { clusterEndpoints } from "../../contract/fleet/clusters.ts";
import type { Pool } from "../../db/pool.ts";
import { withTenant } from "../../db/tenant.ts";
import { listClusters } from "../../repositories/fleet/clusters.ts";
import { afterCursor, pageOf } from "../cursor.ts";
import { viewOf } from "./find.ts";
import { type ClusterView, clusterView } from "./view.ts";

type ClusterQuery = z.output<(typeof clusterEndpoints)["GET /admin/clusters"]["query"]>;

const platform = { platform: true };

/** A page of all clusters, by slug. */
export async function readClusters(pool: Pool, query: ClusterQuery) {
  const [after = null] = afterCursor(query.cursor, 1) ?? [];
  const page = { after, q: query.q ?? null, limit: query.limit + 1 };
  const rows = await withTenant(pool, platform, (tx) => listClusters(tx, page));
  const { items, nextCursor } = pageOf(rows, query.limit, ({ slug }) => [slug]);
  return { items: items.map(clusterView), nextCursor };
}

/** One cluster. Throws NotFound. */
export function readCluster(pool: Pool, id: string): Promise<ClusterView> {
  return withTenant(pool, platform, (tx) => viewOf(tx, id));
}
