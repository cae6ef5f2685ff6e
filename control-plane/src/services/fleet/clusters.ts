import type { z } from "zod";
import type { clusterEndpoints } from "../../contract/fleet/clusters.ts";
import { isReferred, isTaken } from "../../db/failures.ts";
import type { Pool } from "../../db/pool.ts";
import { type Transaction, withTenant } from "../../db/tenant.ts";
import { append } from "../../desired/journal.ts";
import { contentOf, renderCluster } from "../../desired/render.ts";
import { Conflict, NotFound } from "../../errors.ts";
import {
  clusterDetail,
  deleteCluster,
  insertCluster,
  listClusters,
  setProvisioning,
  updateCluster,
} from "../../repositories/fleet/clusters.ts";
import { deleteTenantsOn } from "../../repositories/fleet/tenants.ts";
import { type By, record } from "../activity/activity.ts";
import { authorOf } from "../activity/author.ts";
import { afterCursor, pageOf } from "../cursor.ts";
import { announceCluster } from "./announce.ts";
import { issueToken, type Registration } from "./tokens.ts";
import { type ClusterView, clusterView } from "./view.ts";

/** What the services of clusters need: the database, the panel's address and where the operator's chart is. */
export interface FleetDeps {
  pool: Pool;
  publicUrl: string;
  operatorChart: string;
}

type NewCluster = z.output<(typeof clusterEndpoints)["POST /admin/clusters"]["body"]>;
type ClusterPatch = z.output<(typeof clusterEndpoints)["PATCH /admin/clusters/{id}"]["body"]>;
type ClusterQuery = z.output<(typeof clusterEndpoints)["GET /admin/clusters"]["query"]>;

const platform = { platform: true };

/** A page of all clusters, by slug. */
export async function readClusters({ pool }: FleetDeps, query: ClusterQuery) {
  const [after = null] = afterCursor(query.cursor, 1) ?? [];
  const page = { after, q: query.q ?? null, limit: query.limit + 1 };
  const rows = await withTenant(pool, platform, (tx) => listClusters(tx, page));
  const { items, nextCursor } = pageOf(rows, query.limit, ({ slug }) => [slug]);
  return { items: items.map(clusterView), nextCursor };
}

/** One cluster. Throws NotFound. */
export function readCluster({ pool }: FleetDeps, id: string): Promise<ClusterView> {
  return withTenant(pool, platform, (tx) => viewOf(tx, id));
}

/** Creates a cluster, its `cluster.yaml` and its one-time token. Throws Conflict NameTaken. */
export function createCluster(
  deps: FleetDeps,
  by: By,
  body: NewCluster,
): Promise<{ cluster: ClusterView; registration: Registration }> {
  return withTenant(deps.pool, platform, async (tx) => {
    const id = await insertCluster(tx, body).catch((error: unknown) => {
      throw isTaken(error, "clusters_slug_key") ? slugTaken(body.slug) : error;
    });
    const registration = await issueToken(tx, { id, slug: body.slug }, deps);
    await commitSettings(tx, id, by, body);
    const cluster = await viewOf(tx, id);
    const after = { name: body.name, region: body.region, baseDomain: body.baseDomain };
    await recordCluster(tx, by, "cluster.created", cluster, { after });
    await announceCluster(tx, cluster);
    return { cluster, registration };
  });
}

async function commitSettings(tx: Transaction, clusterId: string, by: By, cluster: NewCluster): Promise<void> {
  const file = renderCluster(cluster);
  const entry = { clusterId, orgId: null, author: authorOf(by), message: `cluster: create ${cluster.slug}` };
  await append(tx, entry, [{ path: file.path, content: contentOf(file), expected: null }]);
}

/** Changes name, labels, wish, or the step at which its building is. Throws NotFound. */
export function changeCluster({ pool }: FleetDeps, by: By, id: string, patch: ClusterPatch): Promise<ClusterView> {
  return withTenant(pool, platform, async (tx) => {
    const before = await viewOf(tx, id);
    await updateCluster(tx, id, { name: patch.name, labels: patch.labels, wish: patch.wish });
    if (patch.provisioning !== undefined) await setProvisioning(tx, id, patch.provisioning?.step ?? null);
    const cluster = await viewOf(tx, id);
    const changed = changedFields(before, cluster);
    // The steps of a building machine are progress, not an administrator's decision.
    if (Object.keys(changed.after).length > 0) await recordCluster(tx, by, "cluster.changed", cluster, changed);
    await announceCluster(tx, cluster);
    return cluster;
  });
}

/** Removes an empty cluster; its identity dies with it. Throws NotFound, or Conflict NotEmpty. */
export function removeCluster({ pool }: FleetDeps, by: By, id: string): Promise<void> {
  return withTenant(pool, platform, async (tx) => {
    const cluster = await viewOf(tx, id);
    if (cluster.apps > 0) throw notEmpty(cluster);
    await deleteTenantsOn(tx, id);
    await deleteCluster(tx, id).catch((error: unknown) => {
      throw isReferred(error) ? notEmpty(cluster) : error;
    });
    await recordCluster(tx, by, "cluster.removed", cluster, { before: { name: cluster.name } });
    await announceCluster(tx, cluster);
  });
}

/** Issues a new token for a cluster that is to join, or to join again. Throws NotFound. */
export function renewToken(deps: FleetDeps, by: By, id: string): Promise<Registration> {
  return withTenant(deps.pool, platform, async (tx) => {
    const cluster = await viewOf(tx, id);
    const registration = await issueToken(tx, cluster, deps);
    await recordCluster(tx, by, "cluster.token-issued", cluster, { after: { expiresAt: registration.expiresAt } });
    await announceCluster(tx, cluster);
    return registration;
  });
}

async function viewOf(tx: Transaction, id: string): Promise<ClusterView> {
  const row = uuid.test(id) ? await clusterDetail(tx, id) : undefined;
  if (!row) throw new NotFound();
  return clusterView(row);
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function changedFields(before: ClusterView, after: ClusterView) {
  const names = (["name", "labels", "wish"] as const).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const pick = (view: ClusterView) => Object.fromEntries(names.map((name) => [name, view[name]]));
  return { before: pick(before), after: pick(after) };
}

async function recordCluster(
  tx: Transaction,
  by: By,
  action: string,
  { id, name }: ClusterView,
  change: { before?: Record<string, unknown>; after?: Record<string, unknown> },
): Promise<void> {
  await record(tx, { by, org: null, action, object: { kind: "cluster", id, name }, ...change });
}

function slugTaken(slug: string): Conflict {
  return new Conflict({
    reason: "NameTaken",
    detail: `A cluster called ${slug} exists.`,
    remedy: "Choose another slug.",
    errors: [{ pointer: "/slug", reason: "NameTaken", message: "is taken" }],
  });
}

function notEmpty({ slug, apps }: ClusterView): Conflict {
  return new Conflict({
    reason: "NotEmpty",
    detail: `${slug} runs ${apps === 0 ? "an app" : `${apps} apps`}.`,
    remedy: "Delete or move them first.",
  });
}
