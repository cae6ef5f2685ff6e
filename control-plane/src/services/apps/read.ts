import type { z } from "zod";
import type { appEndpoints } from "../../contract/apps/apps.ts";
import type { Pool } from "../../db/pool.ts";
import { withTenant } from "../../db/tenant.ts";
import { contentAt } from "../../desired/journal.ts";
import { appPath } from "../../desired/render.ts";
import { revisionOf } from "../../desired/revision.ts";
import { listByName, listByUpdate, type ShownRow } from "../../repositories/apps/shown.ts";
import { afterCursor, pageOf } from "../cursor.ts";
import { findShown, managedWithKubectl, type Org, viewOf } from "./find.ts";
import { type AppView, summaryOf } from "./view.ts";

type AppQuery = z.output<(typeof appEndpoints)["GET /orgs/{org}/apps"]["query"]>;

interface Sort {
  read: typeof listByName;
  keys: (row: ShownRow) => string[];
}

const sorts: Record<AppQuery["sort"], Sort> = {
  name: { read: listByName, keys: ({ name, clusterSlug }) => [name, clusterSlug] },
  updated: { read: listByUpdate, keys: ({ updatedKey, name, clusterSlug }) => [updatedKey, name, clusterSlug] },
};
const keyCounts = { name: 2, updated: 3 } as const;

/** A page of the organisation's apps, those of kubectl included. Throws Invalid for a foreign cursor. */
export async function readApps(pool: Pool, org: Org, query: AppQuery) {
  const { read, keys } = sorts[query.sort];
  const after = afterCursor(query.cursor, keyCounts[query.sort]) ?? [];
  const { q = null, phase = null, cluster = null, limit } = query;
  const rows = await withTenant(pool, { orgId: org.id }, (tx) =>
    read(tx, { q, phase, cluster, limit: limit + 1 }, after),
  );
  const { items, nextCursor } = pageOf(rows, limit, keys);
  return { items: items.map(summaryOf), nextCursor };
}

/** One app with its instances. Throws NotFound. */
export function readApp(pool: Pool, org: Org, name: string): Promise<AppView> {
  return withTenant(pool, { orgId: org.id }, (tx) => viewOf(tx, name));
}

/** The App as it was committed, with its path and revision. Throws NotFound, or Conflict ManagedWithKubectl. */
export function readManifest(pool: Pool, org: Org, name: string) {
  return withTenant(pool, { orgId: org.id }, async (tx) => {
    const app = await findShown(tx, name);
    if (app.id === null) throw managedWithKubectl(name);
    const path = appPath(org.slug, name);
    const yaml = await contentAt(tx, app.clusterId, path);
    return { revision: revisionOf(yaml), path, yaml };
  });
}
