import { rm } from "node:fs/promises";
import { stopDaemon } from "../machine/daemons.ts";
import { unmountBelow } from "../machine/mounts.ts";
import { removeNetwork } from "../machine/network.ts";
import { processGroup } from "../machine/process-group.ts";
import type { ClusterPlan } from "./plan.ts";
import { releaseSlot } from "./slots.ts";
import { removeTraces } from "./traces.ts";

/**
 * Stops a cluster whatever state it is in, running, half started or left by a crash, and takes away all it has on the
 * machine but its folder: first what would start pods again, then the pods, then the rest, the database last.
 */
export async function stopCluster(plan: ClusterPlan): Promise<void> {
  const group = processGroup(plan.network.namespace);
  const stop = (name: string) => stopDaemon(name, plan.run);
  for (const name of ["relay", "uplink", "policy", "kubelet", "kube-proxy"]) await stop(name);
  await group.end("kubepods");
  await stop("containerd");
  for (const name of ["kube-scheduler", "kube-controller-manager", "kube-apiserver", "etcd"]) await stop(name);
  // What is left are the shims of containers, which outlive containerd on purpose.
  await group.end("daemons");
  await unmountBelow([plan.state, plan.run]);
  await group.remove();
  await removeNetwork(plan.network);
  await rm(plan.run, { recursive: true, force: true });
  removeTraces(plan);
}

/** Stops a cluster and gives back its number, so that another may have it. */
export async function shutDown(plan: ClusterPlan): Promise<void> {
  await stopCluster(plan);
  releaseSlot(plan);
}
