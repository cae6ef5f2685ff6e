import { CapacityBar } from "../../ui/capacity-bar.tsx";
import { cores, memory } from "../../ui/units.ts";
import type { App } from "./use-app.ts";

const mebibyte = 1_048_576;

/** What the app is made of: each process with its size and how many instances serve. */
export function ProcessesTable({ app }: { app: App }) {
  const seen = new Map(app.status.processes.map((process) => [process.name, process]));
  return (
    <table className="table text-sm">
      <thead>
        <tr>
          <th scope="col">Process</th>
          <th scope="col">Type</th>
          <th scope="col">Ready</th>
          <th scope="col">CPU</th>
          <th scope="col">Memory</th>
          <th scope="col">Command</th>
        </tr>
      </thead>
      <tbody>
        {app.processes.map((process) => {
          const ready = seen.get(process.name)?.ready ?? 0;
          const wanted = app.state === "Stopped" ? 0 : process.replicas;
          return (
            <tr key={process.name}>
              <td className="font-medium">{process.name}</td>
              <td data-label="Type">
                <span>
                  {process.type}
                  {process.port !== null && <span className="text-muted"> · port {process.port}</span>}
                </span>
              </td>
              <td data-label="Ready">
                <CapacityBar label={`${process.name} ready`} value={ready} of={wanted} />
              </td>
              <td data-label="CPU" className="tabular">
                {process.cpuMillicores > 0 ? `${cores(process.cpuMillicores)} cores` : "default"}
              </td>
              <td data-label="Memory" className="tabular">
                {process.memoryMiB > 0 ? memory(process.memoryMiB * mebibyte) : "default"}
              </td>
              <td data-label="Command">
                {process.command.length > 0 ? (
                  <code className="font-mono text-xs">{process.command.join(" ")}</code>
                ) : (
                  <span className="text-muted">the image's own</span>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
