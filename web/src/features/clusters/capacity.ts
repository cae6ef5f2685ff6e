import { cores, memory as size } from "../../ui/units.ts";
import type { Cluster } from "./cluster-words.ts";

/** One resource of a cluster or machine: what is promised to instances of what there is. */
export interface Capacity {
  readonly label: "CPU" | "Memory" | "Pods";
  readonly value: number;
  readonly of: number;
  readonly text: string;
}

/** What is requested of what machines can give, summed over them. */
export function capacityOf(machines: Cluster["machines"]): Capacity[] {
  const sum = (of: (machine: Cluster["machines"][number]) => number) =>
    machines.reduce((all, machine) => all + of(machine), 0);
  const cpu = [sum((machine) => machine.requested.cpu), sum((machine) => machine.allocatable.cpu)] as const;
  const memory = [sum((machine) => machine.requested.memory), sum((machine) => machine.allocatable.memory)] as const;
  const pods = [sum((machine) => machine.requested.pods), sum((machine) => machine.allocatable.pods)] as const;
  return [
    { label: "CPU", value: cpu[0], of: cpu[1], text: `${cores(cpu[0])} / ${cores(cpu[1])}` },
    { label: "Memory", value: memory[0], of: memory[1], text: `${size(memory[0])} / ${size(memory[1])}` },
    { label: "Pods", value: pods[0], of: pods[1], text: `${pods[0]} / ${pods[1]}` },
  ];
}
