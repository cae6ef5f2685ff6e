import { workTree } from "../cluster/folder.ts";
import { imageStore } from "../cluster/images.ts";
import type { OpenCluster } from "../cluster/open.ts";
import { importImage, nameByContent } from "../images/import.ts";
import { operatorImage } from "../images/operator.ts";
import type { Progress } from "../machine/progress.ts";
import { run } from "../machine/run.ts";
import type { Target } from "./operator.ts";

/** The Kubernetes that becomes a worker: the tools to change it, and an image of the operator it can run. */
export type WorkerCluster = Target & {
  readonly image: string;
  /** The port on which its apps answer. */
  readonly ingressPort: number;
};

/** Loads the operator's image into the local cluster while its last parts start, and waits until all of it works. */
export async function readyWorkerCluster(cluster: OpenCluster, progress: Progress): Promise<WorkerCluster> {
  await cluster.images;
  const image = await progress.step("loading the operator's image", async () => {
    const store = imageStore(cluster.plan);
    await run("npm", ["run", "build", "--workspace", "operator"], { cwd: workTree });
    return nameByContent(store, await importImage(store, operatorImage(workTree)));
  });
  await cluster.ready;
  const { kubeconfig, network } = cluster.plan;
  const { ingressPort } = network;
  return { kubeconfig, kubectl: cluster.kubectl, helm: await cluster.programs.helm, image, ingressPort };
}
