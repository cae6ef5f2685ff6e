import type { HeartbeatBody } from "../../contract/agent.ts";
import type { Transaction } from "../../db/tenant.ts";

/** A cluster with what is shown beside it; `now` is Postgres's, so that no other clock judges silence. */
export interface ClusterRow {
  id: string;
  slug: string;
  name: string;
  region: string;
  labels: Record<string, string>;
  baseDomain: string;
  ingress: { class: string; namespace: string; port: number; tls: boolean };
  wish: "Schedulable" | "Unschedulable";
  provisioningStep: string | null;
  provisioningSince: Date | null;
  registration: "Created" | "PendingApproval" | "Registered";
  ageRecipient: string | null;
  desiredSeq: number;
  lastHeartbeatAt: Date | null;
  heartbeat: HeartbeatBody | null;
  createdAt: Date;
  now: Date;
}

/** A cluster as the administrator's pages show it. */
export interface ClusterDetailRow extends ClusterRow {
  apps: number;
  tokenExpiresAt: Date | null;
  tokenUsedAt: Date | null;
  revision: string | null;
}

export interface NewCluster {
  slug: string;
  name: string;
  region: string;
  labels: Record<string, string>;
  baseDomain: string;
  ingress: { class: string; namespace: string; port: number; tls: boolean };
}

export interface ClusterPatch {
  name: string | undefined;
  labels: Record<string, string> | undefined;
  wish: string | undefined;
}

const columns = `c.id, c.slug, c.name, c.region, c.labels, c.base_domain as "baseDomain", c.ingress, c.wish,
  c.provisioning_step as "provisioningStep", c.provisioning_since as "provisioningSince", c.registration,
  c.age_recipient as "ageRecipient", c.desired_seq as "desiredSeq", c.last_heartbeat_at as "lastHeartbeatAt",
  c.heartbeat, c.created_at as "createdAt", skypanel_now() as now`;

const details = `${columns}, (select count(*) from apps where apps.cluster_id = c.id) as apps,
  t.expires_at as "tokenExpiresAt", t.used_at as "tokenUsedAt", f.revision
  from clusters c
  left join lateral (select expires_at, used_at from registration_tokens where cluster_id = c.id
    order by created_at desc limit 1) t on true
  left join desired_files f on f.cluster_id = c.id and f.path = 'cluster.yaml'`;

/** All that an administrator sees of one cluster; its apps are counted over all organisations. */
export function clusterDetail(tx: Transaction, id: string): Promise<ClusterDetailRow | undefined> {
  return tx.row(`select ${details} where c.id = $1`, [id]);
}

/** A page of clusters in the order of their slugs, after `after`; `q` is looked for in slug, name and region. */
export function listClusters(
  tx: Transaction,
  page: { after: string | null; q: string | null; limit: number },
): Promise<ClusterDetailRow[]> {
  return tx.rows(
    `select ${details}
     where ($1::text is null or c.slug > $1)
       and ($2::text is null or strpos(lower(c.slug || ' ' || c.name || ' ' || c.region), lower($2)) > 0)
     order by c.slug limit $3`,
    [page.after, page.q, page.limit],
  );
}

/** Every cluster, by region and slug, for those who choose where an app goes. */
export function allClusters(tx: Transaction): Promise<ClusterRow[]> {
  return tx.rows(`select ${columns} from clusters c order by c.region, c.slug limit 1000`);
}

export function clusterBySlug(tx: Transaction, slug: string): Promise<ClusterRow | undefined> {
  return tx.row(`select ${columns} from clusters c where c.slug = $1`, [slug]);
}

export function clusterById(tx: Transaction, id: string): Promise<ClusterRow | undefined> {
  return tx.row(`select ${columns} from clusters c where c.id = $1`, [id]);
}

/** The key values are sealed to, its row locked until the transaction ends. */
export function lockRecipient(tx: Transaction, id: string): Promise<{ ageRecipient: string | null } | undefined> {
  return tx.row(`select age_recipient as "ageRecipient" from clusters where id = $1 for no key update`, [id]);
}

/** Throws on the unique slug when it is taken. */
export async function insertCluster(tx: Transaction, cluster: NewCluster): Promise<string> {
  const row = await tx.row<{ id: string }>(
    `insert into clusters (slug, name, region, labels, base_domain, ingress)
     values ($1, $2, $3, $4, $5, $6) returning id`,
    [cluster.slug, cluster.name, cluster.region, cluster.labels, cluster.baseDomain, cluster.ingress],
  );
  if (!row) throw new Error("insert returned no row");
  return row.id;
}

/** Changes what is given of name, labels and wish. */
export async function updateCluster(tx: Transaction, id: string, patch: ClusterPatch): Promise<void> {
  await tx.run(
    `update clusters set name = coalesce($2, name), labels = coalesce($3, labels), wish = coalesce($4, wish) where id = $1`,
    [id, patch.name, patch.labels, patch.wish],
  );
}

/** Says at which step the cluster's building is; null when it is done. */
export async function setProvisioning(tx: Transaction, id: string, step: string | null): Promise<void> {
  await tx.run(
    `update clusters set provisioning_step = $2::text,
       provisioning_since = case when $2::text is null then null else skypanel_now() end
     where id = $1 and provisioning_step is distinct from $2::text`,
    [id, step],
  );
}

/** Deletes a cluster; throws on the foreign key while something is placed there. */
export function deleteCluster(tx: Transaction, id: string): Promise<number> {
  return tx.run("delete from clusters where id = $1", [id]);
}

/** Stores a heartbeat and returns the one before, under the row's lock. */
export function storeHeartbeat(
  tx: Transaction,
  id: string,
  heartbeat: HeartbeatBody,
): Promise<
  Pick<ClusterRow, "slug" | "registration" | "provisioningStep" | "lastHeartbeatAt" | "heartbeat" | "now"> | undefined
> {
  return tx.row(
    `with before as (
       select id, slug, registration, provisioning_step, last_heartbeat_at, heartbeat from clusters where id = $1 for no key update
     )
     update clusters c set heartbeat = $2, last_heartbeat_at = skypanel_now()
     from before where c.id = before.id
     returning before.slug, before.registration, before.provisioning_step as "provisioningStep",
       before.last_heartbeat_at as "lastHeartbeatAt", before.heartbeat, c.last_heartbeat_at as now`,
    [id, JSON.stringify(heartbeat)],
  );
}

/** Marks the winner's cluster registered with its key's public halves; throws on the unique UID when it runs elsewhere. */
export async function setRegistered(
  tx: Transaction,
  id: string,
  { kubeSystemUid, ageRecipient }: { kubeSystemUid: string; ageRecipient: string },
): Promise<void> {
  await tx.run(
    `update clusters set registration = 'Registered', kube_system_uid = $2, age_recipient = $3 where id = $1`,
    [id, kubeSystemUid, ageRecipient],
  );
}

/** Holds a cluster back until an administrator has looked. */
export async function setPendingApproval(tx: Transaction, id: string): Promise<void> {
  await tx.run("update clusters set registration = 'PendingApproval' where id = $1", [id]);
}

/** Registers a cluster that waits; 0 when it does not. */
export function approve(tx: Transaction, id: string): Promise<number> {
  return tx.run("update clusters set registration = 'Registered' where id = $1 and registration = 'PendingApproval'", [
    id,
  ]);
}
