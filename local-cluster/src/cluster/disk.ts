import { statfsSync } from "node:fs";
import { run } from "../machine/run.ts";
import { kubectlPath } from "./kubectl.ts";
import type { ClusterPlan } from "./plan.ts";

/**
 * Tells the scheduler how much disk the node has. The kubelet does it only where it can measure what each container uses,
 * which it cannot on every machine; so here a pod that asks for disk is placed, and one that takes too much is not stopped.
 */
export async function declareDisk(plan: ClusterPlan): Promise<void> {
  const { bavail, bsize } = statfsSync(plan.state);
  const status = { capacity: { "ephemeral-storage": String(bavail * bsize) } };
  const patch = [
    "patch",
    "node",
    plan.name,
    "--subresource=status",
    "--type=merge",
    "--patch",
    JSON.stringify({ status }),
  ];
  await run(kubectlPath(plan), ["--kubeconfig", plan.kubeconfig, ...patch]);
}
