import { join } from "node:path";
import type { ClusterPlan } from "../cluster/plan.ts";
import { daemonPid } from "../machine/daemons.ts";
import type { Component } from "./component.ts";
import { listens } from "./listens.ts";

const CLIENT = "http://127.0.0.1:2379";
const PEER = "http://127.0.0.1:2380";

/** The database of the cluster. Not `durable` means that a power cut may lose it, which a test does not mind. */
export function etcd(plan: ClusterPlan, kubernetes: string, durable: boolean): Component {
  const args = [
    `--data-dir=${join(plan.state, "etcd")}`,
    `--listen-client-urls=${CLIENT}`,
    `--advertise-client-urls=${CLIENT}`,
    `--listen-peer-urls=${PEER}`,
    `--initial-advertise-peer-urls=${PEER}`,
    `--initial-cluster=default=${PEER}`,
    ...(durable ? [] : ["--unsafe-no-fsync"]),
  ];
  return {
    daemon: { name: "etcd", program: kubernetes, args: ["etcd", ...args], namespace: plan.network.namespace },
    ready: () => listens(daemonPid("etcd", plan.run), 2379),
  };
}
