import { CircleCheck, CircleX } from "lucide-react";
import { CapacityBar } from "../../ui/capacity-bar.tsx";
import { Pill } from "../../ui/pill.tsx";
import { capacityOf } from "./capacity.ts";
import type { Cluster } from "./cluster-words.ts";

/** The machines of a cluster, with what is requested of what each can give. */
export function MachinesTable({ machines }: { machines: Cluster["machines"] }) {
  if (machines.length === 0)
    return (
      <p className="p-4 text-sm text-muted">No machine is known yet: the operator reports them once it has joined.</p>
    );
  return (
    <table className="table text-sm">
      <thead>
        <tr>
          <th scope="col">Machine</th>
          <th scope="col">State</th>
          <th scope="col">CPU</th>
          <th scope="col">Memory</th>
          <th scope="col">Pods</th>
          <th scope="col">Kubelet</th>
        </tr>
      </thead>
      <tbody>
        {machines.map((machine) => (
          <tr key={machine.name}>
            <td className="font-medium [overflow-wrap:anywhere]">{machine.name}</td>
            <td data-label="State">
              {machine.ready ? (
                <Pill tone="ok" icon={CircleCheck}>
                  Ready
                </Pill>
              ) : (
                <Pill tone="danger" icon={CircleX}>
                  Not ready
                </Pill>
              )}
            </td>
            {capacityOf([machine]).map(({ label, ...bar }) => (
              <td key={label} data-label={label}>
                <CapacityBar label={`${label} of ${machine.name}`} {...bar} warnAt={0.9} />
              </td>
            ))}
            <td data-label="Kubelet" className="text-muted">
              {machine.kubelet}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
