import { limits } from "@skypanel/crds/limits.ts";
import type { ProcessInput } from "../../contract/apps/processes.ts";
import type { Transaction } from "../../db/tenant.ts";

/**
 * An app beside what was last observed of it. One managed with kubectl has no row, so `id` is null and all that is known
 * is in `spec`. `status` and `spec` are a worker's words and not yet parsed; `now` is Postgres's clock.
 */
export interface ShownRow {
  id: string | null;
  clusterId: string;
  name: string;
  title: string;
  managedBy: "control-plane" | "kubectl";
  tenant: string;
  namespace: string;
  image: string | null;
  processes: ProcessInput[] | null;
  state: "Running" | "Stopped" | null;
  revision: string | null;
  updatedAt: Date;
  updatedKey: string;
  updatedBy: string | null;
  createdAt: Date | null;
  spec: unknown;
  status: unknown;
  generation: number | null;
  receivedAt: Date | null;
  clusterSlug: string;
  clusterName: string;
  registration: "Created" | "PendingApproval" | "Registered";
  provisioningStep: string | null;
  lastHeartbeatAt: Date | null;
  now: Date;
}

export interface ShownFilter {
  q: string | null;
  phase: string | null;
  cluster: string | null;
  limit: number;
}

const offlineSeconds = limits.heartbeat.offlineMillis / 1_000;

// Apps from the panel with their observation, and beside them what was only observed: applied with kubectl.
const shown = `with shown as (
  select a.id, a.name, a.title, 'control-plane' as managed_by, a.cluster_id, a.image, a.processes, a.state, a.revision,
    a.updated_at, u.name as updated_by, a.created_at, null::jsonb as spec, o.status, o.generation, o.received_at,
    t.name as tenant, null as namespace
  from apps a
  join tenants t on t.org_id = a.org_id and t.cluster_id = a.cluster_id
  left join users u on u.id = a.updated_by
  left join observations o on o.org_id = a.org_id and o.kind = 'App' and o.name = a.name
    and o.cluster_id = a.cluster_id and o.managed_by = 'control-plane'
  where a.org_id = current_org()
  union all
  select null, o.name, o.name, 'kubectl', o.cluster_id, null, null, null, null, o.observed_at, null, null, o.spec,
    o.status, o.generation, o.received_at, t.name, o.namespace
  from observations o join tenants t on t.org_id = o.org_id and t.cluster_id = o.cluster_id
  where o.org_id = current_org() and o.kind = 'App' and o.managed_by = 'kubectl'
)
select s.id, s.cluster_id as "clusterId", s.name, s.title, s.managed_by as "managedBy", s.tenant, coalesce(s.namespace, 'sp-' || s.tenant) as namespace,
  s.image, s.processes, s.state, s.revision, s.updated_at as "updatedAt", s.updated_at::text as "updatedKey",
  s.updated_by as "updatedBy", s.created_at as "createdAt", s.spec, s.status, s.generation,
  s.received_at as "receivedAt", c.slug as "clusterSlug", c.name as "clusterName", c.registration,
  c.provisioning_step as "provisioningStep", c.last_heartbeat_at as "lastHeartbeatAt", skypanel_now() as now
from shown s join clusters c on c.id = s.cluster_id`;

// The phase as services/apps/status.ts computes it, for the filter alone: a test holds the two together.
const filter = `($1::text is null or strpos(lower(s.name || ' ' || s.title), lower($1)) > 0)
  and ($2::text is null or c.slug = $2)
  and ($3::text is null or $3 = case
    when c.registration <> 'Registered' or c.last_heartbeat_at is null
      or c.last_heartbeat_at <= skypanel_now() - make_interval(secs => ${offlineSeconds}) then 'Unknown'
    else coalesce(s.status ->> 'phase', 'Pending') end)`;

/** A page by name; `after` is the name and cluster of the last row before it. */
export function listByName(
  tx: Transaction,
  { q, cluster, phase, limit }: ShownFilter,
  after: readonly string[],
): Promise<ShownRow[]> {
  return tx.rows(
    `${shown} where ${filter} and ($4::text is null or (s.name, c.slug) > ($4, $5)) order by s.name, c.slug limit $6`,
    [q, cluster, phase, after[0] ?? null, after[1] ?? null, limit],
  );
}

/** A page by last change, newest first; `after` is the `updatedKey`, name and cluster of the last row before it. */
export function listByUpdate(
  tx: Transaction,
  { q, cluster, phase, limit }: ShownFilter,
  after: readonly string[],
): Promise<ShownRow[]> {
  return tx.rows(
    `${shown} where ${filter}
       and ($4::timestamptz is null or (s.updated_at, s.name, c.slug) < ($4::timestamptz, $5, $6))
     order by s.updated_at desc, s.name desc, c.slug desc limit $7`,
    [q, cluster, phase, after[0] ?? null, after[1] ?? null, after[2] ?? null, limit],
  );
}

/** The app called `name`: the panel's own, else the first that was applied with kubectl. */
export function shownApp(tx: Transaction, name: string): Promise<ShownRow | undefined> {
  return tx.row(`${shown} where s.name = $1 order by s.id nulls last, c.slug limit 1`, [name]);
}
