import type { ClusterPlan } from "../cluster/plan.ts";
import { daemonPid } from "../machine/daemons.ts";
import type { Component } from "./component.ts";
import { listens } from "./listens.ts";

const PORT = 10259;

/** The scheduler; with one node it still decides what fits and what waits. */
export function scheduler(plan: ClusterPlan, kubernetes: string, kubeconfig: string): Component {
  const name = "kube-scheduler";
  const args = [name, `--kubeconfig=${kubeconfig}`, "--bind-address=127.0.0.1", "--leader-elect=false"];
  return {
    daemon: { name, program: kubernetes, args, namespace: plan.network.namespace },
    ready: () => listens(daemonPid(name, plan.run), PORT),
  };
}
