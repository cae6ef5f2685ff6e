import { confirmRemovals } from "../services/fleet/confirm-removals.ts";
import { credentialOf } from "../services/fleet/credentials.ts";
import { openEpoch } from "../services/fleet/epochs.ts";
import { storeHeartbeat } from "../services/fleet/heartbeat.ts";
import { storeReports } from "../services/fleet/observations.ts";
import { type RegistrationDeps, readRegistration, register } from "../services/fleet/registration.ts";

/** What clusters may do; each is handed the id that the credential proved. */
export type ClusterServices = ReturnType<typeof clusterServices>;

/** The services of clusters over one database. */
export function clusterServices(deps: RegistrationDeps) {
  const { pool } = deps;
  return {
    findKey: (kid: string) => credentialOf(pool, kid),
    register: (...[token, body]: After<typeof register>) => register(deps, token, body),
    registration: (clusterId: string) => readRegistration(deps, clusterId),
    openEpoch: async (clusterId: string) => ({ epoch: await openEpoch(pool, clusterId) }),
    heartbeat: async (...[clusterId, body]: After<typeof storeHeartbeat>) => {
      await storeHeartbeat(pool, clusterId, body);
      await confirmRemovals(pool, clusterId);
      return { accepted: true };
    },
    report: (...[clusterId, body]: After<typeof storeReports>) => storeReports(pool, clusterId, body),
  };
}

/** A service's parameters after its dependencies. */
type After<F extends (deps: never, ...rest: never[]) => unknown> = F extends (
  deps: never,
  ...rest: infer Rest
) => unknown
  ? Rest
  : never;
