import { getRouteApi } from "@tanstack/react-router";
import { CopyButton } from "../../ui/copy-field.tsx";
import { Facts, Panel } from "../../ui/page.tsx";
import { SafeLink } from "../../ui/safe-link.tsx";
import { TimeAgo } from "../../ui/time-ago.tsx";
import { InstancesTable } from "./instances-table.tsx";
import { ProcessesTable } from "./processes-table.tsx";
import { StatusCard } from "./status-card.tsx";
import { type App, useApp } from "./use-app.ts";

const route = getRouteApi("/shell/orgs/$org/apps/$app/");

/** Is it up, what changed last, what runs. */
export function OverviewTab() {
  const params = route.useParams();
  const { data: app, dataUpdatedAt } = useApp(params);
  if (!app) return null;
  return (
    <>
      <StatusCard app={app} readAt={dataUpdatedAt} />
      <Panel title="Processes" flush>
        <ProcessesTable app={app} />
      </Panel>
      <Panel title="Instances" flush>
        <InstancesTable params={params} instances={app.instances} />
      </Panel>
      <Panel title="Details">
        <Facts items={facts(app)} />
      </Panel>
    </>
  );
}

function addressWords({ processes }: App): string {
  return processes.some(({ type }) => type === "Web") ? "Known once it runs" : "No process takes web traffic";
}

function facts(app: App) {
  return [
    { term: "Image", value: <code className="font-mono text-xs">{app.image ?? "–"}</code> },
    { term: "Address", value: app.status.url ? <SafeLink to={app.status.url} /> : addressWords(app) },
    { term: "Cluster", value: app.cluster.name },
    { term: "Namespace", value: <code className="font-mono text-xs">{app.namespace}</code> },
    { term: "Managed by", value: app.managedBy === "kubectl" ? "kubectl" : "this panel" },
    {
      term: "Revision",
      value: (
        <span className="inline-flex items-center gap-1">
          <code className="font-mono text-xs" title={app.revision}>
            {app.revision.slice(0, 12)}
          </code>
          <CopyButton text={app.revision} label="Copy revision" />
        </span>
      ),
    },
    {
      term: "Last change",
      value: (
        <>
          <TimeAgo at={app.updatedAt} />
          {app.updatedBy && ` by ${app.updatedBy}`}
        </>
      ),
    },
  ];
}
