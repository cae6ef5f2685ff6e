import type { TestProject } from "vitest/node";
import { testCluster } from "./cluster.ts";
import { kubectl as kubectlOf } from "./kubectl.ts";
import { nothingLeft } from "./leftovers.ts";
import { nothingRefused } from "./rights.ts";
import "./provided.ts";

/** Gives all tests of a run one cluster, and ends it after the last. One that only this run used must be left clean. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stop, isShared, audit, kubeconfig, kubectl, helm, crane, ingressPort } = await testCluster("test");
  project.provide("kubeconfig", kubeconfig);
  project.provide("kubectl", kubectl);
  project.provide("helm", helm);
  project.provide("crane", crane);
  project.provide("ingressPort", ingressPort);
  return async () => {
    try {
      if (audit !== undefined) await nothingRefused(audit);
      if (!isShared) await nothingLeft(kubectlOf(kubectl, kubeconfig));
    } finally {
      await stop();
    }
  };
}
