import { existsSync, lstatSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { podLogs } from "../components/kubelet.ts";
import type { ClusterPlan } from "./plan.ts";

const LOG_LINKS = "/var/log/containers";
const NETWORK_RESULTS = "/var/lib/cni/results";

/** Removes what the programs of a node leave in folders of the machine, wherever they are told to keep their things. */
export function removeTraces(plan: ClusterPlan): void {
  const logs = `${podLogs(plan)}/`;
  for (const link of files(LOG_LINKS)) {
    if (lstatSync(link).isSymbolicLink() && readlinkSync(link).startsWith(logs)) rmSync(link);
  }
  const pods = new Set(
    files(join(plan.state, "containerd/io.containerd.grpc.v1.cri/sandboxes")).map((path) => path.split("/").at(-1)),
  );
  // A result is called <network>-<pod>-<interface>.
  for (const result of files(NETWORK_RESULTS)) if (pods.has(result.split("-").at(-2))) rmSync(result);
}

function files(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}
