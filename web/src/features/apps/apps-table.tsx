import { Link } from "@tanstack/react-router";
import { Terminal } from "lucide-react";
import { useRef } from "react";
import { useSeenAt } from "../../api/runtime.ts";
import { Pill } from "../../ui/pill.tsx";
import { useRowKeys } from "../../ui/row-keys.ts";
import { SafeLink } from "../../ui/safe-link.tsx";
import { StatusPill } from "../../ui/status-pill.tsx";
import { Age, TimeAgo } from "../../ui/time-ago.tsx";
import { instanceCounts, isProgressing } from "./progress.ts";
import type { AppSummary } from "./use-app.ts";

interface Props {
  org: string;
  items: readonly AppSummary[];
  readAt: number;
}

/** Apps as a table; cards on a phone. */
export function AppsTable({ org, items, readAt }: Props) {
  const table = useRef<HTMLDivElement>(null);
  useRowKeys(table);
  return (
    <div ref={table} className="card overflow-x-auto shadow-raised">
      <table className="table text-sm">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Status</th>
            <th scope="col">Address</th>
            <th scope="col">Cluster</th>
            <th scope="col">Instances</th>
            <th scope="col">Changed</th>
          </tr>
        </thead>
        <tbody>
          {items.map((app) => (
            <AppRow key={`${app.cluster.slug}/${app.namespace}/${app.name}`} org={org} app={app} readAt={readAt} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AppRow({ org, app, readAt }: { org: string; app: AppSummary; readAt: number }) {
  const { status } = app;
  const seenAt = useSeenAt(app.cluster.slug);
  const { ready, desired } = instanceCounts(status);
  return (
    <tr>
      <td>
        <div className="grid min-w-0 gap-0.5">
          <Link
            to="/orgs/$org/apps/$app"
            params={{ org, app: app.name }}
            className="font-medium underline-offset-2 hover:underline"
          >
            {app.title || app.name}
          </Link>
          {app.title !== "" && app.title !== app.name && <span className="text-xs text-muted">{app.name}</span>}
          {app.managedBy === "kubectl" && (
            <span>
              <Pill tone="muted" icon={Terminal}>
                kubectl
              </Pill>
            </span>
          )}
        </div>
      </td>
      <td data-label="Status">
        <div className="grid justify-items-start gap-0.5 max-md:justify-items-end">
          <StatusPill phase={status.phase} lastPhase={status.lastPhase} readAt={readAt} />
          <span className="text-xs text-muted">
            {isProgressing(app) && "Progressing · "}
            {status.ageSeconds !== null && (
              <>
                seen <Age seconds={status.ageSeconds} readAt={readAt} seenAt={seenAt} />
              </>
            )}
          </span>
        </div>
      </td>
      <td data-label="Address">{status.url ? <SafeLink to={status.url} /> : <span className="text-muted">–</span>}</td>
      <td data-label="Cluster">{app.cluster.name}</td>
      <td data-label="Instances" className="tabular">
        {ready} / {desired}
      </td>
      <td data-label="Changed" className="whitespace-nowrap text-muted">
        <TimeAgo at={app.updatedAt} />
      </td>
    </tr>
  );
}
