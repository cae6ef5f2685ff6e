import { join } from "node:path";
import type { Manifest } from "../addons/manifest.ts";
import { run } from "../machine/run.ts";
import type { ClusterPlan } from "./plan.ts";

/** Returns where a cluster keeps its kubectl. */
export function kubectlPath(plan: ClusterPlan): string {
  return join(plan.state, "bin/kubectl");
}

/** Applies manifests to a cluster as the local cluster's own field manager. */
export async function applyManifests(plan: ClusterPlan, items: readonly Manifest[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const args = ["apply", "--server-side", "--force-conflicts", "--field-manager=local-cluster", "-f", "-"];
  await run(kubectlPath(plan), ["--kubeconfig", plan.kubeconfig, ...args], { input });
}

/** Waits until a Deployment's newest version is in place, at most for the given time, and not after `signal`. */
export async function waitForRollout(
  plan: ClusterPlan,
  namespace: string,
  name: string,
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const args = [
    "rollout",
    "status",
    `--namespace=${namespace}`,
    `deployment/${name}`,
    `--timeout=${deadlineMs / 1000}s`,
  ];
  await run(kubectlPath(plan), ["--kubeconfig", plan.kubeconfig, ...args], { deadlineMs: deadlineMs + 10_000, signal });
}
