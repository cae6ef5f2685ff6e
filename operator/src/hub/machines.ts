import type { Machine } from "@skypanel/control-plane/contract/agent.ts";
import { parseCpu, parseMemory, type Quantity } from "@skypanel/crds/quantity.ts";
import type { Live } from "../kube/kube.ts";

/** The fields of a Node that are told. */
export interface Node extends Live {
  readonly status?: {
    readonly allocatable?: Readonly<Record<string, Quantity>>;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly nodeInfo?: { readonly kubeletVersion?: string };
  };
}

interface Container {
  readonly restartPolicy?: string;
  readonly resources?: { readonly requests?: Readonly<Record<string, Quantity>> };
}

/** The fields of a Pod that say what it takes from its machine. */
export interface PlacedPod extends Live {
  readonly spec?: {
    readonly nodeName?: string;
    readonly containers?: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly overhead?: Readonly<Record<string, Quantity>>;
  };
  readonly status?: { readonly phase?: string };
}

/** What pods ask of one machine together. */
export type Requested = Machine["requested"];

type Requests = Readonly<Record<string, Quantity>> | undefined;

const nothing: Requested = { cpu: 0, memory: 0, pods: 0 };

/** Adds a pod to the sums by machine, as the scheduler counts it; one that has ended or waits for a place counts nowhere. */
export function addPod(sums: Map<string, Requested>, pod: PlacedPod): void {
  const { spec = {}, status = {} } = pod;
  if (spec.nodeName === undefined || status.phase === "Succeeded" || status.phase === "Failed") return;
  const before = sums.get(spec.nodeName) ?? nothing;
  const asked = podRequests(spec);
  const sum = { cpu: before.cpu + asked.cpu, memory: before.memory + asked.memory, pods: before.pods + 1 };
  sums.set(spec.nodeName, sum);
}

/** Sidecars run beside the containers, other init containers before them: the larger of both phases counts. */
function podRequests(spec: NonNullable<PlacedPod["spec"]>): { cpu: number; memory: number } {
  const init = spec.initContainers ?? [];
  const lasting = [...(spec.containers ?? []), ...init.filter(({ restartPolicy }) => restartPolicy === "Always")];
  const of = (kind: "cpu" | "memory") => {
    const together = lasting.reduce((sum, { resources }) => sum + amount(resources?.requests, kind), 0);
    const largest = Math.max(0, ...init.map(({ resources }) => amount(resources?.requests, kind)));
    return Math.max(together, largest) + amount(spec.overhead, kind);
  };
  return { cpu: of("cpu"), memory: of("memory") };
}

function amount(requests: Requests, kind: "cpu" | "memory"): number {
  const quantity = requests?.[kind] ?? 0;
  return (kind === "cpu" ? parseCpu(quantity) : parseMemory(quantity)) ?? 0;
}

/** A node as the control plane is told of it; `used` is null, for no metrics API is asked. */
export function machineOf(node: Node, requested: Requested = nothing): Machine {
  const { allocatable = {}, conditions = [], nodeInfo = {} } = node.status ?? {};
  return {
    name: node.metadata.name,
    ready: conditions.some(({ type, status }) => type === "Ready" && status === "True"),
    kubelet: nodeInfo.kubeletVersion ?? "",
    allocatable: {
      cpu: parseCpu(allocatable.cpu ?? 0) ?? 0,
      memory: parseMemory(allocatable.memory ?? 0) ?? 0,
      disk: parseMemory(allocatable["ephemeral-storage"] ?? 0) ?? 0,
      pods: parseMemory(allocatable.pods ?? 0) ?? 0,
    },
    requested,
    used: null,
  };
}
