import type { Transaction } from "../../db/tenant.ts";

/** The id of the removals a cluster holds back, as last reported; undefined when it holds none. */
export function heldRemovals(tx: Transaction, clusterId: string): Promise<{ id: string } | undefined> {
  return tx.row(
    `select status -> 'heldPrune' ->> 'id' as id from observations
     where cluster_id = $1 and kind = 'StateSource' and status -> 'heldPrune' ->> 'id' is not null limit 1`,
    [clusterId],
  );
}

/**
 * Paths whose objects were last seen on the cluster although their files are gone, and gone by a commit of the journal: what
 * never was in the journal is not among them.
 */
export function removedButSeen(tx: Transaction, clusterId: string): Promise<{ path: string }[]> {
  return tx.rows(
    `select seen.path from (
       select case o.kind
         when 'App' then 'tenants/' || g.slug || '/apps/' || o.name || '.yaml'
         when 'Sealed' then 'tenants/' || g.slug || '/secrets/' || o.name || '.yaml'
         else 'tenants/' || o.name || '.yaml' end as path
       from observations o join organisations g on g.id = o.org_id
       where o.cluster_id = $1 and o.managed_by = 'control-plane' and o.kind in ('App', 'Sealed', 'Tenant')
     ) seen
     where not exists (select from desired_files f where f.cluster_id = $1 and f.path = seen.path)
       and exists (
         select from desired_changes c where c.cluster_id = $1 and c.path = seen.path and c.content is null
       )
     order by seen.path`,
    [clusterId],
  );
}
