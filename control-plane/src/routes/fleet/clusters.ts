import type { clusterEndpoints } from "../../contract/fleet/clusters.ts";
import { byOf } from "../../http/caller.ts";
import type { Handlers } from "../../http/handlers.ts";
import { changeCluster, createCluster, type FleetDeps, removeCluster } from "../../services/fleet/clusters.ts";
import { approveCluster, renewToken } from "../../services/fleet/joining.ts";
import { readCluster, readClusters } from "../../services/fleet/read.ts";
import { readRegions } from "../../services/fleet/regions.ts";

/** Clusters, registration tokens, regions: a line for each endpoint. */
export function clusterRoutes(deps: FleetDeps): Handlers<typeof clusterEndpoints> {
  return {
    "GET /regions": async () => ({ reply: await readRegions(deps.pool) }),
    "GET /admin/clusters": async ({ query }) => ({ reply: await readClusters(deps.pool, query) }),
    "POST /admin/clusters": async (request) => ({
      reply: await createCluster(deps, byOf(request), request.body, request.keep),
    }),
    "GET /admin/clusters/{id}": async ({ params }) => ({ reply: await readCluster(deps.pool, params.id) }),
    "PATCH /admin/clusters/{id}": async (request) => ({
      reply: await changeCluster(deps, byOf(request), request.params.id, request.body),
    }),
    "DELETE /admin/clusters/{id}": async (request) => {
      await removeCluster(deps, byOf(request), request.params.id);
      return { reply: undefined };
    },
    "POST /admin/clusters/{id}/token": async (request) => ({
      reply: await renewToken(deps, byOf(request), request.params.id),
    }),
    "POST /admin/clusters/{id}/approve": async (request) => ({
      reply: await approveCluster(deps, byOf(request), request.params.id),
    }),
  };
}
