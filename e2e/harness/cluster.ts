import { kubectlPath } from "@skypanel/local-cluster/cluster/kubectl.ts";
import { openCluster, runningCluster } from "@skypanel/local-cluster/cluster/open.ts";
import { auditFolder } from "@skypanel/local-cluster/components/api-server.ts";
import { createProgress } from "@skypanel/local-cluster/machine/progress.ts";
import { buildPrograms, type Programs } from "@skypanel/local-cluster/programs/build.ts";
import type { ProvidedContext } from "vitest";

/** A Kubernetes for tests: the tools to use it, and its end. */
export type TestCluster = Pick<ProvidedContext, "kubeconfig" | "kubectl" | "helm" | "crane" | "ingressPort"> & {
  /** Others use it too, so what is there need not be this run's. */
  readonly isShared: boolean;
  /** The folder where the API server tells what accounts of the cluster called; absent: other runs call there too. */
  readonly audit?: string;
  stop(): Promise<void>;
};

const TRAEFIK_DEFAULT_PORT = 80;

/**
 * Returns a cluster for this run: the one SKYPANEL_KUBECONFIG names, else the running local cluster SKYPANEL_TEST_CLUSTER
 * names, else one of its own called `name`, which ends with the run. `exposedPorts` of the machine are reachable from pods.
 */
export async function testCluster(name: string, exposedPorts: readonly number[] = []): Promise<TestCluster> {
  const { SKYPANEL_KUBECONFIG: foreign, SKYPANEL_TEST_CLUSTER: kept } = process.env;
  if (foreign) return foreignCluster(foreign);
  const progress = createProgress((line) => process.stderr.write(line));
  if (kept) return keptCluster(kept, buildPrograms(progress));
  const cluster = await openCluster({ name, keep: false, durable: false, exposedPorts }, progress);
  try {
    await cluster.ready;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  const { plan, kubectl, programs, stop } = cluster;
  return {
    ...(await tools(programs)),
    kubectl,
    kubeconfig: plan.kubeconfig,
    ingressPort: plan.network.ingressPort,
    isShared: false,
    audit: auditFolder(plan),
    stop,
  };
}

async function keptCluster(name: string, programs: Programs): Promise<TestCluster> {
  const plan = runningCluster(name);
  if (plan === undefined)
    throw new Error(`no cluster ${name} runs: npm run local:up -- --name ${name} --keep starts it`);
  const { kubeconfig, network } = plan;
  const stop = async () => undefined;
  const { ingressPort } = network;
  return { ...(await tools(programs)), kubectl: kubectlPath(plan), kubeconfig, ingressPort, isShared: true, stop };
}

function foreignCluster(kubeconfig: string): TestCluster {
  const ingressPort = Number(process.env.SKYPANEL_INGRESS_PORT ?? TRAEFIK_DEFAULT_PORT);
  const stop = async () => undefined;
  return { kubeconfig, kubectl: "kubectl", helm: "helm", crane: "crane", ingressPort, isShared: true, stop };
}

async function tools(programs: Programs): Promise<Pick<TestCluster, "helm" | "crane">> {
  return { helm: await programs.helm, crane: await programs.crane };
}
