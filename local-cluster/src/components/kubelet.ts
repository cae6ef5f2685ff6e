import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pkiFolder } from "../cluster/pki.ts";
import { type ClusterPlan, inside } from "../cluster/plan.ts";
import { attempt } from "../machine/run.ts";
import type { Component } from "./component.ts";
import { containerdSocket } from "./containerd.ts";

/** The folder of the pods' logs. */
export function podLogs(plan: ClusterPlan): string {
  return join(plan.state, "pod-logs");
}

/** The kubelet; `cgroup` is the control group below which it keeps all pods. */
export function kubelet(plan: ClusterPlan, kubernetes: string, kubeconfig: string, cgroup: string): Component {
  const file = join(plan.state, "kubelet.json");
  const args = [
    `--config=${file}`,
    `--kubeconfig=${kubeconfig}`,
    `--hostname-override=${plan.name}`,
    `--root-dir=${join(plan.state, "kubelet")}`,
    `--node-ip=${plan.network.nodeAddress}`,
  ];
  const readyPath = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}';
  return {
    daemon: { name: "kubelet", program: kubernetes, args: ["kubelet", ...args], namespace: plan.network.namespace },
    files: [[file, JSON.stringify(configuration(plan, cgroup), null, 2)]],
    ready: async () => {
      const get = ["kubectl", "--kubeconfig", plan.kubeconfig, "get", "node", plan.name, "-o", readyPath];
      return (await attempt(kubernetes, get)).stdout === "True";
    },
  };
}

function configuration(plan: ClusterPlan, cgroup: string): object {
  const pki = (name: string) => join(pkiFolder(plan), name);
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: pki("ca.crt") },
    },
    authorization: { mode: "Webhook" },
    tlsCertFile: pki("kubelet.crt"),
    tlsPrivateKeyFile: pki("kubelet.key"),
    clusterDNS: [inside.dnsService],
    clusterDomain: "cluster.local",
    containerRuntimeEndpoint: `unix://${containerdSocket(plan)}`,
    resolvConf: resolvConf(),
    podLogsDir: podLogs(plan),
    evictionHard: { "memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%" },
    imageGCHighThresholdPercent: 100,
    failSwapOn: false,
    registerWithTaints: [],
    // Machines without systemd or with control groups of version 1 are welcome here; production clusters are others'.
    cgroupDriver: "cgroupfs",
    failCgroupV1: false,
    cgroupRoot: cgroup,
    enforceNodeAllocatable: [],
    localStorageCapacityIsolation: false,
  };
}

/** A resolver on loopback answers on the machine but not in a pod; systemd keeps the real ones in a second file. */
function resolvConf(): string {
  const real = "/run/systemd/resolve/resolv.conf";
  const onLoopback = /^nameserver\s+127\./m.test(readFileSync("/etc/resolv.conf", "utf8"));
  return onLoopback && existsSync(real) ? real : "/etc/resolv.conf";
}
