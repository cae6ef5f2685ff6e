import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleX, LoaderCircle } from "lucide-react";
import { Fragment } from "react";
import { Pill } from "../../ui/pill.tsx";
import { spaced } from "../../ui/sentence.ts";
import { TimeAgo } from "../../ui/time-ago.tsx";
import { reasonSentence } from "./reason-sentence.ts";
import type { App, AppParams } from "./use-app.ts";

type Instance = App["instances"][number];

/** Running copies of the processes; for one that crashed, its exit code and last lines. */
export function InstancesTable({ params, instances }: { params: AppParams; instances: readonly Instance[] }) {
  if (instances.length === 0) return <p className="p-4 text-sm text-muted">No instance runs now.</p>;
  return (
    <table className="table text-sm">
      <thead>
        <tr>
          <th scope="col">Instance</th>
          <th scope="col">State</th>
          <th scope="col">Process</th>
          <th scope="col">Restarts</th>
          <th scope="col">Started</th>
          <th scope="col">
            <span className="sr-only">Log</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {instances.map((instance) => (
          <Fragment key={instance.name}>
            <InstanceRow params={params} instance={instance} />
            {(instance.lastExitCode !== null || instance.lastLines.length > 0) && <LastExit instance={instance} />}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}

function InstanceRow({ params, instance }: { params: AppParams; instance: Instance }) {
  return (
    <tr>
      <td>
        <code className="font-mono text-xs">{instance.name}</code>
      </td>
      <td data-label="State">
        <span className="inline-flex flex-wrap items-center gap-1.5">
          <StatePill instance={instance} />
          {instance.reason && <span className="text-xs text-muted">{spaced(instance.reason)}</span>}
        </span>
      </td>
      <td data-label="Process">{instance.process}</td>
      <td data-label="Restarts" className="tabular">
        {instance.restarts}
      </td>
      <td data-label="Started" className="whitespace-nowrap text-muted">
        {instance.startedAt ? <TimeAgo at={instance.startedAt} /> : "–"}
      </td>
      <td>
        <Link
          to="/orgs/$org/apps/$app/logs"
          params={params}
          search={{ instance: instance.name }}
          aria-label={`Log of ${instance.name}`}
          className="text-accent underline-offset-2 hover:underline"
        >
          Log
        </Link>
      </td>
    </tr>
  );
}

function StatePill({ instance }: { instance: Instance }) {
  if (instance.ready)
    return (
      <Pill tone="ok" icon={CircleCheck}>
        Ready
      </Pill>
    );
  if (instance.state === "Failed")
    return (
      <Pill tone="danger" icon={CircleX}>
        Failed
      </Pill>
    );
  return (
    <Pill tone="info" icon={LoaderCircle}>
      {spaced(instance.state)}
    </Pill>
  );
}

function LastExit({ instance }: { instance: Instance }) {
  const remedy = reasonSentence(instance.reason);
  return (
    <tr>
      <td colSpan={6}>
        <details className="w-full min-w-0" open={!instance.ready}>
          <summary className="text-xs text-muted">
            Before its last restart{instance.lastExitCode !== null && ` it exited with code ${instance.lastExitCode}`}
          </summary>
          {remedy && <p className="mt-1 text-xs">{remedy}</p>}
          {instance.lastLines.length > 0 && (
            <pre className="mt-2 overflow-x-auto rounded-md bg-sunken p-3 font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
              {instance.lastLines.join("\n")}
            </pre>
          )}
        </details>
      </td>
    </tr>
  );
}
