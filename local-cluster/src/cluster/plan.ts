import { createHash } from "node:crypto";
import { join } from "node:path";

/** Where one cluster keeps its things and how it is reached; every name that the machine shares is derived from `id`. */
export type ClusterPlan = {
  readonly name: string;
  /** The cluster's name on this machine: two work trees may each have a cluster called "dev". */
  readonly id: string;
  /** Kept over restarts: etcd, images, keys, logs. */
  readonly state: string;
  /** Gone with a stop: sockets, process ids, the mounts of running containers. */
  readonly run: string;
  readonly kubeconfig: string;
  readonly network: ClusterNetwork;
};

/** The cluster's own network namespace, tied to the machine by a pair of interfaces. */
export type ClusterNetwork = {
  readonly namespace: string;
  readonly hostInterface: string;
  readonly hostAddress: string;
  readonly nodeAddress: string;
  /** The machine's local port on which apps answer. */
  readonly ingressPort: number;
};

/** Networks inside a cluster; each has a namespace of its own, so all clusters use the same. */
export const inside = {
  pods: "10.244.0.0/16",
  nodePods: "10.244.0.0/24",
  podGateway: "10.244.0.1",
  services: "10.96.0.0/16",
  kubernetesService: "10.96.0.1",
  dnsService: "10.96.0.10",
  ingressNodePort: 30080,
  /** Images are named localhost:32000/…: loopback is where the node may pull over plain HTTP. */
  registryNodePort: 32000,
} as const;

/** How many clusters one machine can hold: each has a number, which picks its pair of addresses. */
export const SLOTS = 200;

/** Returns the short name no other cluster of this machine has; it fits names of interfaces and control groups. */
export function clusterId(name: string, state: string): string {
  return `${name}-${createHash("sha256").update(state).digest("hex").slice(0, 4)}`;
}

/** Returns everything that follows from a cluster's name, its folder, its number on this machine and its ingress port. */
export function planCluster(name: string, state: string, slot: number, ingressPort: number): ClusterPlan {
  const id = clusterId(name, state);
  return {
    name,
    id,
    state,
    run: runFolder(id),
    kubeconfig: join(state, "kubeconfig"),
    network: {
      namespace: `skypanel-${id}`,
      hostInterface: `skypanel${slot}`,
      hostAddress: `10.201.${slot}.1`,
      nodeAddress: `10.201.${slot}.2`,
      ingressPort,
    },
  };
}

/** Returns the folder of a cluster's sockets and process ids: short, because a socket's path holds 107 characters. */
export function runFolder(id: string): string {
  return `/run/skypanel/${id}`;
}
