import type { TestProject } from "vitest/node";
import { testCluster } from "./cluster.ts";
import "./provided.ts";

/** Gives all tests of a run one cluster, and ends it after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stop, kubeconfig, kubectl, helm, crane, ingressPort } = await testCluster("test");
  project.provide("kubeconfig", kubeconfig);
  project.provide("kubectl", kubectl);
  project.provide("helm", helm);
  project.provide("crane", crane);
  project.provide("ingressPort", ingressPort);
  return stop;
}
