import type { Progress } from "../machine/progress.ts";
import { installOperator } from "./operator.ts";
import type { Worker } from "./worker.ts";
import type { WorkerCluster } from "./worker-cluster.ts";

/** Makes a cluster the panel's worker: installs the operator, and waits until the panel hears from it. */
export async function joinWorker(
  worker: Worker,
  cluster: WorkerCluster,
  agentUrl: string,
  progress: Progress,
): Promise<void> {
  const { image } = cluster;
  const options = { image, agentUrl, registered: worker.registered, token: worker.token };
  await progress.step("installing the operator", () => installOperator(cluster, options));
  await progress.step("waiting for the cluster in the panel", () => worker.online());
  await worker.tell(undefined);
}
