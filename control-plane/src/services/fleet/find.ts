import type { Transaction } from "../../db/tenant.ts";
import { NotFound } from "../../errors.ts";
import { clusterDetail } from "../../repositories/fleet/clusters.ts";
import { type By, record } from "../activity/activity.ts";
import { type ClusterView, clusterView } from "./view.ts";

/** A cluster as it is shown. Throws NotFound, also for what is no id. */
export async function viewOf(tx: Transaction, id: string): Promise<ClusterView> {
  const row = uuid.test(id) ? await clusterDetail(tx, id) : undefined;
  if (!row) throw new NotFound();
  return clusterView(row);
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Writes down what an administrator did to a cluster. */
export async function recordCluster(
  tx: Transaction,
  by: By,
  action: string,
  { id, name }: ClusterView,
  change: { before?: Record<string, unknown>; after?: Record<string, unknown> },
): Promise<void> {
  await record(tx, { by, org: null, action, object: { kind: "cluster", id, name }, ...change });
}
