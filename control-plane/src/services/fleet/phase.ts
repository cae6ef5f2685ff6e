import { limits } from "@skypanel/crds/limits.ts";
import type { Millis } from "@skypanel/crds/time.ts";
import type { clusterPhases } from "../../contract/fleet/clusters.ts";

export type ClusterPhase = (typeof clusterPhases)[number];

/** What a cluster's phase is judged by; `now` is Postgres's clock, as is the heartbeat's. */
export interface Signs {
  registration: "Created" | "PendingApproval" | "Registered";
  isProvisioning: boolean;
  lastHeartbeatAt: Millis | undefined;
  now: Millis;
}

/** The phase of a cluster: *Silent* 45 s after its last heartbeat, *Offline* after 90 s, never before (G-F1). */
export function clusterPhase({ registration, isProvisioning, lastHeartbeatAt, now }: Signs): ClusterPhase {
  if (registration === "Created") return isProvisioning ? "Joining" : "Created";
  if (registration === "PendingApproval") return "PendingApproval";
  if (lastHeartbeatAt === undefined) return "Joining";
  const age = now - lastHeartbeatAt;
  if (age >= limits.heartbeat.offlineMillis) return "Offline";
  return age >= limits.heartbeat.silentMillis ? "Silent" : "Online";
}
