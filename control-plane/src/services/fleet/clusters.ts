import { clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import type { z } from "zod";
import type { clusterEndpoints } from "../../contract/fleet/clusters.ts";
import { isReferred, isTaken } from "../../db/failures.ts";
import type { Pool } from "../../db/pool.ts";
import { type Transaction, withTenant } from "../../db/tenant.ts";
import { append } from "../../desired/journal.ts";
import { renderCluster } from "../../desired/render.ts";
import { Conflict } from "../../errors.ts";
import { deleteCluster, insertCluster, setProvisioning, updateCluster } from "../../repositories/fleet/clusters.ts";
import { deleteTenantsOn } from "../../repositories/fleet/tenants.ts";
import type { By } from "../activity/activity.ts";
import { authorOf } from "../activity/author.ts";
import type { Keep } from "../identity/answers.ts";
import { rendered } from "../rendered.ts";
import { announceCluster } from "./announce.ts";
import { recordCluster, viewOf } from "./find.ts";
import { issueToken, type Registration } from "./tokens.ts";
import type { ClusterView } from "./view.ts";

/** What the services of clusters need: the database, the panel's address and where the operator's chart is. */
export interface FleetDeps {
  pool: Pool;
  publicUrl: string;
  operatorChart: string;
}

type NewCluster = z.output<(typeof clusterEndpoints)["POST /admin/clusters"]["body"]>;
type ClusterPatch = z.output<(typeof clusterEndpoints)["PATCH /admin/clusters/{id}"]["body"]>;

const platform = { platform: true };

/** Creates a cluster, its `cluster.yaml` and its one-time token. Throws Conflict NameTaken. */
export function createCluster(
  deps: FleetDeps,
  by: By,
  body: NewCluster,
  keep?: Keep,
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
    await keep?.(tx, { reply: { cluster, registration } });
    return { cluster, registration };
  });
}

async function commitSettings(tx: Transaction, clusterId: string, by: By, cluster: NewCluster): Promise<void> {
  const { path, content } = rendered(clusterSettings, renderCluster(cluster));
  const entry = { clusterId, orgId: null, author: authorOf(by), message: `cluster: create ${cluster.slug}` };
  await append(tx, entry, [{ path, content, expected: null }]);
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

function changedFields(before: ClusterView, after: ClusterView) {
  const names = (["name", "labels", "wish"] as const).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const pick = (view: ClusterView) => Object.fromEntries(names.map((name) => [name, view[name]]));
  return { before: pick(before), after: pick(after) };
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
