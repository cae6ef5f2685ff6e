import { CircleCheck, CircleHelp, CircleX, Clock, Plug, ShieldQuestionMark, TriangleAlert } from "lucide-react";
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

/** The word for a cluster that was last read more than 90 s ago: nothing so old is shown as current. */
export const unreadWord: StatusWord = { word: "Unknown", icon: CircleHelp, tone: "muted" };
