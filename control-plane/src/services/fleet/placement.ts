import type { ClusterPhase } from "./phase.ts";

/** Whether new apps may go to a cluster, and if not why and what to do. */
export type Placement =
  | { available: true }
  | { available: false; reason: "NoCapacity" | "ClusterOffline"; why: string; remedy: string };

const notYet = "Wait until it has joined, or choose another.";

/** May a new app be placed on a cluster in this phase, with this wish? What runs there stays either way. */
export function placement(wish: "Schedulable" | "Unschedulable", phase: ClusterPhase): Placement {
  switch (phase) {
    case "Created":
    case "Joining":
      return { available: false, reason: "ClusterOffline", why: "It has not joined yet.", remedy: notYet };
    case "PendingApproval":
      return { available: false, reason: "ClusterOffline", why: "It waits for an administrator.", remedy: notYet };
    case "Offline": {
      const remedy = "Choose another, or wait until it is back.";
      return { available: false, reason: "ClusterOffline", why: "It has not been heard of for 90 s.", remedy };
    }
    case "Online":
    case "Silent":
      if (wish === "Schedulable") return { available: true };
      return { available: false, reason: "NoCapacity", why: "It takes no new apps.", remedy: "Choose another." };
  }
}
