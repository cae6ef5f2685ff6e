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
  const out = exposedPorts.length === 0 ? [] : [uplink(plan, exposedPorts)];
  return [policy(plan, kubeconfig), relay(plan), ...out];
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

/** Apps answer on loopback of the machine, without a rule in its firewall. */
function relay(plan: ClusterPlan): Component {
  const { nodeAddress, ingressPort } = plan.network;
  const routes = ["127.0.0.1", "[::1]"].map(
    (host) => `${host}:${ingressPort}=${nodeAddress}:${inside.ingressNodePort}`,
  );
  return relayComponent(plan, "relay", routes, [ingressPort]);
}

/** Pods reach chosen loopback ports of the machine at the machine's side of the link, under the same port number. */
export function uplink(plan: ClusterPlan, ports: readonly number[]): Component {
  const routes = ports.map((port) => `${plan.network.hostAddress}:${port}=127.0.0.1:${port}`);
  return relayComponent(plan, "uplink", routes, ports);
}

function relayComponent(
  plan: ClusterPlan,
  name: string,
  routes: readonly string[],
  ports: readonly number[],
): Component {
  return {
    daemon: { name, program: process.execPath, args: [join(source, "relay/main.ts"), ...routes] },
    ready: () => ports.every((port) => listens(daemonPid(name, plan.run), port)),
  };
}
