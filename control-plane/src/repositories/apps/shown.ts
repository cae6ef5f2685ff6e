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

// Looked up by name for each app of a page: as a plain join, a table without statistics is read whole for each. Of an app
// deleted and made again both objects may be observed for a while: the newer one counts.
const observation = (columns: string, of: string) => `select ${columns} from observations o
  where o.org_id = current_org() and o.kind = 'App' and o.name = ${of}.name and o.cluster_id = ${of}.cluster_id
    and o.managed_by = ${of}.managed_by
  order by o.received_at desc limit 1`;

// Apps from the panel, and beside them what was only observed: applied with kubectl.
const shown = `with shown as (
  select a.id, a.name, a.title, 'control-plane' as managed_by, a.cluster_id, a.image, a.processes, a.state, a.revision,
    a.updated_at, a.updated_by, a.created_at
  from apps a where a.org_id = current_org()
  union all
  select null, o.name, o.name, 'kubectl', o.cluster_id, null, null, null, null, o.observed_at, null, null
  from observations o where o.org_id = current_org() and o.kind = 'App' and o.managed_by = 'kubectl'
)`;

// The phase as services/apps/status.ts computes it, for the filter alone: a test holds the two together.
const phase = `case
    when c.registration <> 'Registered' or c.last_heartbeat_at is null
      or c.last_heartbeat_at <= skypanel_now() - make_interval(secs => ${offlineSeconds}) then 'Unknown'
    else coalesce((${observation("o.status ->> 'phase'", "s")}), 'Pending') end`;

const filtered = `select s.*, c.slug from shown s join clusters c on c.id = s.cluster_id
  where ($1::text is null or strpos(lower(s.name || ' ' || s.title), lower($1)) > 0)
    and ($2::text is null or c.slug = $2)
    and ($3::text is null or $3 = ${phase})`;

// What a page shows is read for its rows alone.
const columns = `select s.id, s.cluster_id as "clusterId", s.name, s.title, s.managed_by as "managedBy", t.name as tenant,
  coalesce(o.namespace, 'sp-' || t.name) as namespace, s.image, s.processes, s.state, s.revision,
  s.updated_at as "updatedAt", s.updated_at::text as "updatedKey", u.name as "updatedBy", s.created_at as "createdAt",
  o.spec, o.status, o.generation, o.received_at as "receivedAt", c.slug as "clusterSlug", c.name as "clusterName",
  c.registration, c.provisioning_step as "provisioningStep", c.last_heartbeat_at as "lastHeartbeatAt",
  skypanel_now() as now
from page s
join clusters c on c.id = s.cluster_id
join tenants t on t.org_id = current_org() and t.cluster_id = s.cluster_id
left join users u on u.id = s.updated_by
left join lateral (${observation("o.namespace, o.spec, o.status, o.generation, o.received_at", "s")}) o on true`;

/** A page by name; `after` is the name and cluster of the last row before it. */
export function listByName(tx: Transaction, filter: ShownFilter, after: readonly string[]): Promise<ShownRow[]> {
  return tx.rows(
    `${shown}, page as (${filtered} and ($4::text is null or (s.name, c.slug) > ($4, $5)) order by s.name, c.slug limit $6)
     ${columns} order by s.name, s.slug`,
    [filter.q, filter.cluster, filter.phase, after[0] ?? null, after[1] ?? null, filter.limit],
  );
}

/** A page by last change, newest first; `after` is the `updatedKey`, name and cluster of the last row before it. */
export function listByUpdate(tx: Transaction, filter: ShownFilter, after: readonly string[]): Promise<ShownRow[]> {
  return tx.rows(
    `${shown}, page as (${filtered}
       and ($4::timestamptz is null or (s.updated_at, s.name, c.slug) < ($4::timestamptz, $5, $6))
       order by s.updated_at desc, s.name desc, c.slug desc limit $7)
     ${columns} order by s.updated_at desc, s.name desc, s.slug desc`,
    [filter.q, filter.cluster, filter.phase, after[0] ?? null, after[1] ?? null, after[2] ?? null, filter.limit],
  );
}

/** The app called `name`: the panel's own, else the first that was applied with kubectl. */
export function shownApp(tx: Transaction, name: string): Promise<ShownRow | undefined> {
  return tx.row(
    `${shown}, page as (select s.*, c.slug from shown s join clusters c on c.id = s.cluster_id
       where s.name = $1 order by s.id nulls last, c.slug limit 1)
     ${columns}`,
    [name],
  );
}
