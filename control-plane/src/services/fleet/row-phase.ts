import { type ClusterPhase, clusterPhase, type Signs } from "./phase.ts";

/** The phase of a cluster as its row has it, judged by the clock that wrote the row. */
export function phaseOf(row: {
  registration: Signs["registration"];
  provisioningStep: string | null;
  lastHeartbeatAt: Date | null;
  now: Date;
}): ClusterPhase {
  return clusterPhase({
    registration: row.registration,
    isProvisioning: row.provisioningStep !== null,
    lastHeartbeatAt: row.lastHeartbeatAt?.getTime(),
    now: row.now.getTime(),
  });
}
