import type { Pool } from "../../db/pool.ts";
import { withTenant } from "../../db/tenant.ts";
import { NotFound } from "../../errors.ts";
import * as observations from "../../repositories/fleet/observations.ts";

/** Opens an epoch of reports above all earlier ones of the cluster: what an older operator still sends is refused. */
export async function openEpoch(pool: Pool, clusterId: string): Promise<number> {
  const opened = await withTenant(pool, { clusterId }, (tx) => observations.openEpoch(tx, clusterId));
  if (!opened) throw new NotFound();
  return opened.epoch;
}
