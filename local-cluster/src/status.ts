import { existsSync } from "node:fs";
import { clusterFolder, clusterNames } from "./cluster/folder.ts";
import { findCluster } from "./cluster/slots.ts";
import { daemonPid } from "./machine/daemons.ts";

const DAEMONS = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "containerd",
  "kubelet",
  "kube-proxy",
  "relay",
  "policy",
];

// npm run local:status: a row for each cluster of this work tree.
const rows = clusterNames().flatMap((name) => {
  const plan = findCluster(name, clusterFolder(name));
  if (plan === undefined) return [];
  const stopped = DAEMONS.filter((daemon) => daemonPid(daemon, plan.run) === undefined);
  const state =
    stopped.length === 0 ? "running" : stopped.length === DAEMONS.length ? "stopped" : `without ${stopped.join(", ")}`;
  const kubeconfig = existsSync(plan.kubeconfig) ? plan.kubeconfig : "none";
  return [{ cluster: name, state, apps: `http://<app>.localhost:${plan.network.ingressPort}`, kubeconfig }];
});

if (rows.length === 0) console.log('There is no cluster yet; "npm run local:up" starts one.');
else console.table(rows);
