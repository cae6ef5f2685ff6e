import type { Pool } from "../../db/pool.ts";
import { withTenant } from "../../db/tenant.ts";
import { findShown, type Org } from "../apps/find.ts";

/** Where an app's log is: on which cluster, and by which names its operator knows it. */
export interface LogPlace {
  clusterId: string;
  tenant: string;
  namespace: string;
  app: string;
}

/** The place of the organisation's app `name`, managed by whom ever. Throws NotFound. */
export function logPlace(pool: Pool, org: Org, name: string): Promise<LogPlace> {
  return withTenant(pool, { orgId: org.id }, async (tx) => {
    const { clusterId, tenant, namespace, name: app } = await findShown(tx, name);
    return { clusterId, tenant, namespace, app };
  });
}
