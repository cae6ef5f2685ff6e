import { CircleCheck, CircleX, Clock, Plug, ShieldQuestionMark, TriangleAlert } from "lucide-react";
import type { Reply } from "../../api/client.ts";
import type { StatusWord } from "../../ui/status.ts";

export type Cluster = Reply<"GET /admin/clusters/{id}">;
export type Registration = Reply<"POST /admin/clusters/{id}/token">;

/** The words for a cluster's phase. */
export const clusterWords: Record<Cluster["phase"], StatusWord> = {
  Created: { word: "Waiting to join", icon: Clock, tone: "neutral" },
  Joining: { word: "Joining", icon: Plug, tone: "info" },
  PendingApproval: { word: "Waits for approval", icon: ShieldQuestionMark, tone: "warn" },
  Online: { word: "Online", icon: CircleCheck, tone: "ok" },
  Silent: { word: "Silent", icon: TriangleAlert, tone: "warn" },
  Offline: { word: "Offline", icon: CircleX, tone: "danger" },
};

/** The words for the lines of the live checklist. */
export const checkWords: Record<Cluster["checklist"][number]["id"], string> = {
  connected: "Operator connected",
  versions: "Versions fit",
  permissions: "Permissions granted",
  storageClass: "Storage class",
  ingress: "Ingress controller",
  desiredState: "Desired state applied",
  tunnel: "Tunnel open",
};

const silentMillis = 45_000;
const offlineMillis = 90_000;

/** The phase to show now: one read as *Online* long ago is not that any more (45 s silent, 90 s offline). */
export function shownClusterPhase(
  phase: Cluster["phase"],
  heartbeatMillisAgo: number | undefined,
  readMillisAgo: number,
): Cluster["phase"] {
  if (phase !== "Online" || heartbeatMillisAgo === undefined || readMillisAgo < silentMillis) return phase;
  if (heartbeatMillisAgo > offlineMillis) return "Offline";
  return heartbeatMillisAgo > silentMillis ? "Silent" : phase;
}
