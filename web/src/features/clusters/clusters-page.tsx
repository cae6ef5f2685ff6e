import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { readPages } from "../../api/query.ts";
import { may, sessionQuery } from "../../api/session.ts";
import { Button } from "../../ui/button.tsx";
import { CapacityBar } from "../../ui/capacity-bar.tsx";
import { Empty } from "../../ui/empty.tsx";
import { PageHead } from "../../ui/page.tsx";
import { Region } from "../../ui/region.tsx";
import { TimeAgo } from "../../ui/time-ago.tsx";
import { capacityOf } from "./capacity.ts";
import { ClusterPill } from "./cluster-pill.tsx";
import type { Cluster } from "./cluster-words.ts";

/** All clusters of the platform. */
export function ClustersPage() {
  const { data: session } = useQuery(sessionQuery);
  const pages = useInfiniteQuery(readPages("GET /admin/clusters", { query: { limit: 50 } }));
  const register = may(session, "clusters.write") && (
    <Button look="primary" asChild>
      <Link to="/admin/register-cluster">
        <Plus aria-hidden />
        Register cluster
      </Link>
    </Button>
  );
  return (
    <>
      <PageHead title="Clusters" actions={register} />
      <Region
        of="clusters"
        reading={pages}
        isEmpty={({ pages: [first] }) => first?.items.length === 0}
        empty={<Empty action={register}>No cluster yet. One Helm command on a Kubernetes makes it a worker.</Empty>}
      >
        {(data) => (
          <div className="grid gap-3">
            <div className="card overflow-x-auto shadow-raised">
              <ClustersTable items={data.pages.flatMap((page) => page.items)} readAt={pages.dataUpdatedAt} />
            </div>
            {pages.hasNextPage && (
              <Button
                onClick={() => void pages.fetchNextPage()}
                disabled={pages.isFetchingNextPage}
                className="justify-self-center"
              >
                Show more
              </Button>
            )}
          </div>
        )}
      </Region>
    </>
  );
}

function ClustersTable({ items, readAt }: { items: readonly Cluster[]; readAt: number }) {
  return (
    <table className="table text-sm">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Status</th>
          <th scope="col">Region</th>
          <th scope="col">Machines</th>
          <th scope="col">Requested</th>
          <th scope="col">Apps</th>
          <th scope="col">Kubernetes</th>
        </tr>
      </thead>
      <tbody>
        {items.map((cluster) => (
          <ClusterRow key={cluster.id} cluster={cluster} readAt={readAt} />
        ))}
      </tbody>
    </table>
  );
}

function ClusterRow({ cluster, readAt }: { cluster: Cluster; readAt: number }) {
  return (
    <tr>
      <td>
        <div className="grid">
          <Link
            to="/admin/clusters/$id"
            params={{ id: cluster.id }}
            className="font-medium underline-offset-2 hover:underline"
          >
            {cluster.name}
          </Link>
          <span className="text-xs text-muted">{cluster.slug}</span>
        </div>
      </td>
      <td data-label="Status">
        <div className="grid justify-items-start gap-0.5 max-md:justify-items-end">
          <ClusterPill cluster={cluster} readAt={readAt} />
          <span className="text-xs text-muted">
            {cluster.lastHeartbeatAt ? (
              <>
                heard <TimeAgo at={cluster.lastHeartbeatAt} />
              </>
            ) : (
              (cluster.provisioning?.step ?? "never heard of")
            )}
          </span>
        </div>
      </td>
      <td data-label="Region">{cluster.region}</td>
      <td data-label="Machines" className="tabular">
        {cluster.machines.length}
      </td>
      <td data-label="Requested">
        <div className="grid gap-1 max-md:justify-items-end">
          {cluster.machines.length === 0
            ? "–"
            : capacityOf(cluster.machines)
                .slice(0, 2)
                .map(({ label, ...bar }) => (
                  <CapacityBar key={label} label={label} {...bar} text={`${bar.text} ${label}`} warnAt={0.9} />
                ))}
        </div>
      </td>
      <td data-label="Apps" className="tabular">
        {cluster.apps}
      </td>
      <td data-label="Kubernetes" className="whitespace-nowrap text-muted">
        {cluster.versions?.kubernetes ?? "–"}
      </td>
    </tr>
  );
}
