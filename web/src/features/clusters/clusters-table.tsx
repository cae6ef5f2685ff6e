import { Link } from "@tanstack/react-router";
import { useLastHeartbeat } from "../../api/runtime.ts";
import { CapacityBar } from "../../ui/capacity-bar.tsx";
import { TimeAgo } from "../../ui/time-ago.tsx";
import { capacityOf } from "./capacity.ts";
import { ClusterPill } from "./cluster-pill.tsx";
import type { Cluster } from "./cluster-words.ts";

/** Clusters with how they stand, what is requested of their machines and how many apps they hold. */
export function ClustersTable({ items, readAt }: { items: readonly Cluster[]; readAt: number }) {
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
  const heardAt = useLastHeartbeat(cluster.slug, cluster.lastHeartbeatAt);
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
            {heardAt ? (
              <>
                heard <TimeAgo at={heardAt} />
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
