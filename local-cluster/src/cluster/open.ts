import { daemonPid } from "../machine/daemons.ts";
import type { Progress } from "../machine/progress.ts";
import { buildPrograms, type Programs } from "../programs/build.ts";
import { prepareMachine } from "../programs/prepare.ts";
import { type Boot, type BootOptions, bootCluster } from "./boot.ts";
import { clusterFolder } from "./folder.ts";
import { kubectlPath } from "./kubectl.ts";
import type { ClusterPlan } from "./plan.ts";
import { claimCluster, findCluster } from "./slots.ts";
import { shutDown } from "./stop.ts";

/** A cluster of this machine, starting or started. */
export type OpenCluster = Boot & {
  readonly plan: ClusterPlan;
  readonly kubectl: string;
  readonly programs: Programs;
  /** Stops the cluster and all it has on the machine; its data stays. */
  stop(): Promise<void>;
};

type OpenOptions = Omit<BootOptions, "signal"> & { readonly name: string; readonly ingressPort?: number | undefined };

/** Prepares the machine, then begins to start the cluster; returns as soon as it is known where the cluster will be. */
export async function openCluster(options: OpenOptions, progress: Progress): Promise<OpenCluster> {
  await prepareMachine(progress);
  const plan = await claimCluster(options.name, clusterFolder(options.name), options.ingressPort);
  const programs = buildPrograms(progress);
  const unwanted = new AbortController();
  const boot = bootCluster(plan, programs, { ...options, signal: unwanted.signal }, progress);
  const stop = async () => {
    unwanted.abort();
    // A start that is still at work would put back what is taken away.
    await boot.node.catch(() => undefined);
    await shutDown(plan);
  };
  return { ...boot, plan, kubectl: kubectlPath(plan), programs, stop };
}

/** Returns the plan of the cluster called `name` if it runs. */
export function runningCluster(name: string): ClusterPlan | undefined {
  const plan = findCluster(name, clusterFolder(name));
  return plan && daemonPid("kubelet", plan.run) !== undefined ? plan : undefined;
}
