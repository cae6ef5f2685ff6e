import type { Transaction } from "../../db/tenant.ts";

/** Places an organisation on a cluster under `name`; 0 when it is there already. */
export function insertTenant(tx: Transaction, orgId: string, clusterId: string, name: string): Promise<number> {
  return tx.run(
    "insert into tenants (org_id, cluster_id, name) values ($1, $2, $3) on conflict (org_id, cluster_id) do nothing",
    [orgId, clusterId, name],
  );
}

/** The names of the organisations on a cluster. */
export function tenantsOn(tx: Transaction, clusterId: string): Promise<{ name: string }[]> {
  return tx.rows("select name from tenants where cluster_id = $1 order by name", [clusterId]);
}

/** When a cluster was last heard of, and the names of the organisations on it. */
export function lastHeard(
  tx: Transaction,
  clusterId: string,
): Promise<{ slug: string; at: Date; tenants: string[] } | undefined> {
  return tx.row(
    `select slug, last_heartbeat_at as at, array(select name from tenants where cluster_id = $1) as tenants
     from clusters where id = $1 and last_heartbeat_at is not null`,
    [clusterId],
  );
}

/** Gives up every organisation's place on a cluster that runs nothing. */
export async function deleteTenantsOn(tx: Transaction, clusterId: string): Promise<void> {
  await tx.run("delete from tenants where cluster_id = $1", [clusterId]);
}
