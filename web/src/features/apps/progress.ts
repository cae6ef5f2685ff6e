import type { AppSummary } from "./use-app.ts";

type Watched = Pick<AppSummary, "managedBy" | "revision"> & {
  status: Pick<AppSummary["status"], "observedRevision" | "phase">;
};

/** Whether the cluster has not yet said that it applied what the app is asked to be. */
export function isProgressing({ managedBy, revision, status }: Watched): boolean {
  return managedBy === "control-plane" && status.phase !== "Deleting" && status.observedRevision !== revision;
}

/** Instances over all processes: how many serve, of how many asked for. */
export function instanceCounts({ processes }: Pick<AppSummary["status"], "processes">): {
  ready: number;
  desired: number;
} {
  return {
    ready: processes.reduce((sum, process) => sum + process.ready, 0),
    desired: processes.reduce((sum, process) => sum + process.desired, 0),
  };
}
