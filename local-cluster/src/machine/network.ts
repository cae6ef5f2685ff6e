import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { attempt, run } from "./run.ts";

type Network = {
  readonly namespace: string;
  readonly hostInterface: string;
  readonly hostAddress: string;
  readonly nodeAddress: string;
};

const NODE_INTERFACE = "eth0";

/** Makes a network namespace that reaches the machine over a pair of interfaces and the world through the machine. */
export async function createNetwork(network: Network): Promise<void> {
  const { namespace, hostInterface, hostAddress, nodeAddress } = network;
  await writeFile("/proc/sys/net/ipv4/ip_forward", "1");
  await run("ip", ["netns", "add", namespace]);
  await run("ip", ["link", "add", hostInterface, "type", "veth", "peer", "name", NODE_INTERFACE, "netns", namespace]);
  await run("ip", ["addr", "add", `${hostAddress}/30`, "dev", hostInterface]);
  await run("ip", ["link", "set", hostInterface, "up"]);
  const inside = (...args: string[]) => run("ip", ["-n", namespace, ...args]);
  await inside("addr", "add", `${nodeAddress}/30`, "dev", NODE_INTERFACE);
  await inside("link", "set", NODE_INTERFACE, "up");
  await inside("link", "set", "lo", "up");
  await inside("route", "add", "default", "via", hostAddress);
  await run("nsenter", [`--net=/run/netns/${namespace}`, "--", "sysctl", "-q", "-w", "net.ipv4.ip_forward=1"]);
  for (const rule of rules(network)) await run("iptables", [...rule.table, "-I", ...rule.match]);
}

/** Removes the namespace with all that is in it (bridges, rules, routes) and the machine's side of it. */
export async function removeNetwork(network: Network): Promise<void> {
  for (const rule of rules(network)) {
    const there = async () => (await attempt("iptables", [...rule.table, "-C", ...rule.match])).code === 0;
    while (await there()) await run("iptables", [...rule.table, "-D", ...rule.match]);
  }
  if (existsSync(`/sys/class/net/${network.hostInterface}`)) await run("ip", ["link", "delete", network.hostInterface]);
  if (existsSync(`/run/netns/${network.namespace}`)) await run("ip", ["netns", "delete", network.namespace]);
}

type Rule = { readonly table: readonly string[]; readonly match: readonly string[] };

/** The only rules of ours in the machine's own firewall; the comment says whose they are. */
function rules(network: Network): readonly Rule[] {
  const { hostInterface, nodeAddress } = network;
  const comment = ["-m", "comment", "--comment", network.namespace];
  return [
    {
      table: ["-w", "-t", "nat"],
      match: ["POSTROUTING", "-s", `${nodeAddress}/32`, "!", "-o", hostInterface, ...comment, "-j", "MASQUERADE"],
    },
    { table: ["-w"], match: ["FORWARD", "-i", hostInterface, ...comment, "-j", "ACCEPT"] },
    { table: ["-w"], match: ["FORWARD", "-o", hostInterface, ...comment, "-j", "ACCEPT"] },
  ];
}
