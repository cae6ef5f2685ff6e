import { join } from "node:path";
import type { Component } from "../components/component.ts";
import { listens } from "../components/listens.ts";
import { daemonPid } from "../machine/daemons.ts";
import { attempt } from "../machine/run.ts";
import { POLICY_CHAIN } from "../policy/iptables.ts";
import { type ClusterPlan, inside } from "./plan.ts";

const source = join(import.meta.dirname, "..");

/** Returns the programs of ours that run as long as the cluster: what carries connections into it, and what refuses some. */
export function nodePrograms(
  plan: ClusterPlan,
  kubeconfig: string,
  exposedPorts: readonly number[],
): readonly Component[] {
  return [policy(plan, kubeconfig), relay(plan, exposedPorts)];
}

function policy(plan: ClusterPlan, kubeconfig: string): Component {
  const { namespace } = plan.network;
  const hooked = [`--net=/run/netns/${namespace}`, "--", "iptables", "-w", "-C", "INPUT", "-j", POLICY_CHAIN];
  return {
    daemon: {
      name: "policy",
      program: process.execPath,
      args: [join(source, "policy/main.ts"), kubeconfig],
      namespace,
    },
    ready: async () => (await attempt("nsenter", hooked)).code === 0,
  };
}

/** Apps answer on loopback of the machine, and pods reach chosen loopback ports of the machine, without a firewall rule. */
function relay(plan: ClusterPlan, exposedPorts: readonly number[]): Component {
  const { hostAddress, nodeAddress, ingressPort } = plan.network;
  const apps = ["127.0.0.1", "[::1]"].map((host) => `${host}:${ingressPort}=${nodeAddress}:${inside.ingressNodePort}`);
  const exposed = exposedPorts.map((port) => `${hostAddress}:${port}=127.0.0.1:${port}`);
  return {
    daemon: { name: "relay", program: process.execPath, args: [join(source, "relay/main.ts"), ...apps, ...exposed] },
    ready: () => [ingressPort, ...exposedPorts].every((port) => listens(daemonPid("relay", plan.run), port)),
  };
}
