import { join } from "node:path";
import { pkiFolder } from "../cluster/pki.ts";
import { type ClusterPlan, inside } from "../cluster/plan.ts";
import { daemonPid } from "../machine/daemons.ts";
import type { Component } from "./component.ts";
import { listens } from "./listens.ts";

const PORT = 10257;

/** Kubernetes' own controllers: deployments, endpoints, garbage collection and the rest. */
export function controllers(plan: ClusterPlan, kubernetes: string, kubeconfig: string): Component {
  const name = "kube-controller-manager";
  const args = [
    `--kubeconfig=${kubeconfig}`,
    `--service-account-private-key-file=${join(pkiFolder(plan), "accounts.key")}`,
    `--root-ca-file=${join(pkiFolder(plan), "ca.crt")}`,
    "--use-service-account-credentials",
    `--cluster-cidr=${inside.pods}`,
    "--bind-address=127.0.0.1",
    "--leader-elect=false",
  ];
  return {
    daemon: { name, program: kubernetes, args: [name, ...args], namespace: plan.network.namespace },
    ready: () => listens(daemonPid(name, plan.run), PORT),
  };
}
