import { join } from "node:path";
import { type ClusterPlan, inside } from "../cluster/plan.ts";
import type { Component } from "./component.ts";

const HEALTH_PORT = 10256;

/** kube-proxy, which turns Services into iptables rules of the cluster's network namespace. */
export function proxy(plan: ClusterPlan, kubernetes: string, kubeconfig: string): Component {
  const file = join(plan.state, "proxy.json");
  const configuration = {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    clientConnection: { kubeconfig },
    clusterCIDR: inside.pods,
    // The limits of connection tracking belong to the machine and may not be written from here.
    conntrack: { maxPerCore: 0 },
    hostnameOverride: plan.name,
  };
  const health = `http://${plan.network.nodeAddress}:${HEALTH_PORT}/healthz`;
  return {
    daemon: {
      name: "kube-proxy",
      program: kubernetes,
      args: ["kube-proxy", `--config=${file}`],
      namespace: plan.network.namespace,
    },
    files: [[file, JSON.stringify(configuration, null, 2)]],
    ready: () =>
      fetch(health).then(
        ({ ok }) => ok,
        () => false,
      ),
  };
}
