import type { ProcessInput } from "../../contract/apps/processes.ts";
import type { Transaction } from "../../db/tenant.ts";

/** An app as it is asked to be. */
export interface AppRow {
  id: string;
  clusterId: string;
  name: string;
  title: string;
  slug: string;
  image: string;
  processes: ProcessInput[];
  state: "Running" | "Stopped";
  restartRequest: string | null;
  revision: string;
}

export interface NewApp extends AppRow {
  orgId: string;
  userId: string | null;
}

const columns = `id, cluster_id as "clusterId", name, title, slug, image, processes, state,
  restart_request as "restartRequest", revision`;

/** The app, locked until the transaction ends: its editors come one after the other. */
export function lockApp(tx: Transaction, name: string): Promise<AppRow | undefined> {
  return tx.row(`select ${columns} from apps where org_id = current_org() and name = $1 for update`, [name]);
}

/** Every app on a cluster with its organisation, locked, in an order that all who lock several keep to. */
export function lockAppsOn(
  tx: Transaction,
  clusterId: string,
): Promise<(AppRow & { orgId: string; orgSlug: string })[]> {
  return tx.rows(
    `select a.id, a.cluster_id as "clusterId", a.name, a.title, a.slug, a.image, a.processes, a.state,
       a.restart_request as "restartRequest", a.revision, a.org_id as "orgId", t.name as "orgSlug"
     from apps a join tenants t on t.org_id = a.org_id and t.cluster_id = a.cluster_id
     where a.cluster_id = $1 order by a.id for update of a`,
    [clusterId],
  );
}

/**
 * Inserts an app; 0 when its slug is taken on the cluster, by whatever organisation. Throws on the unique name within
 * the organisation.
 */
export function insertApp(tx: Transaction, app: NewApp): Promise<number> {
  return tx.run(
    `insert into apps (id, org_id, cluster_id, name, title, slug, image, processes, state, restart_request, revision,
       created_by, updated_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12) on conflict (cluster_id, slug) do nothing`,
    [
      app.id,
      app.orgId,
      app.clusterId,
      app.name,
      app.title,
      app.slug,
      app.image,
      JSON.stringify(app.processes),
      app.state,
      app.restartRequest,
      app.revision,
      app.userId,
    ],
  );
}

/** Stores what an editor changed; name, slug and cluster are fixed. */
export async function updateApp(tx: Transaction, app: AppRow, userId: string | null): Promise<void> {
  await tx.run(
    `update apps set title = $2, image = $3, processes = $4, state = $5, restart_request = $6, revision = $7,
       updated_at = skypanel_now(), updated_by = coalesce($8, updated_by)
     where id = $1`,
    [app.id, app.title, app.image, JSON.stringify(app.processes), app.state, app.restartRequest, app.revision, userId],
  );
}

/** Deletes the app's row, and its variables with it; its slug is free again. */
export async function deleteApp(tx: Transaction, id: string): Promise<void> {
  await tx.run("delete from apps where id = $1", [id]);
}
