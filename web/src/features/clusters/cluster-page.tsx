import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { read } from "../../api/query.ts";
import { useLastHeartbeat } from "../../api/runtime.ts";
import { may, sessionQuery } from "../../api/session.ts";
import { Facts, PageHead, Panel } from "../../ui/page.tsx";
import { Region } from "../../ui/region.tsx";
import { Strip } from "../../ui/strip.tsx";
import { TimeAgo } from "../../ui/time-ago.tsx";
import { ApprovePanel } from "./approve-panel.tsx";
import { Checklist } from "./checklist.tsx";
import { ClusterPill } from "./cluster-pill.tsx";
import type { Cluster } from "./cluster-words.ts";
import { JoinPanel } from "./join-panel.tsx";
import { MachinesTable } from "./machines-table.tsx";
import { RemovePanel } from "./remove-panel.tsx";

const route = getRouteApi("/shell/admin/clusters/$id");

/** One cluster: how it stands, its machines, and while it joins what is still missing. */
export function ClusterPage() {
  const { id } = route.useParams();
  const reading = useQuery(read("GET /admin/clusters/{id}", { params: { id } }));
  return (
    <Region of="the cluster" reading={reading}>
      {(cluster) => <ClusterView cluster={cluster} readAt={reading.dataUpdatedAt} />}
    </Region>
  );
}

function ClusterView({ cluster, readAt }: { cluster: Cluster; readAt: number }) {
  const { data: session } = useQuery(sessionQuery);
  const canWrite = may(session, "clusters.write");
  const heardAt = useLastHeartbeat(cluster.slug, cluster.lastHeartbeatAt);
  const isJoining = cluster.lastHeartbeatAt === null;
  return (
    <div className="grid min-w-0 gap-5">
      <PageHead
        title={cluster.name}
        beside={<ClusterPill cluster={cluster} readAt={readAt} />}
        below={
          <>
            {cluster.region} ·{" "}
            {heardAt ? (
              <>
                last heard <TimeAgo at={heardAt} />
              </>
            ) : (
              "not heard of yet"
            )}
          </>
        }
      />
      <Silence cluster={cluster} />
      {cluster.provisioning && (
        <Strip tone="info">
          Being built: {cluster.provisioning.step}, since <TimeAgo at={cluster.provisioning.since} />.
        </Strip>
      )}
      {cluster.phase === "PendingApproval" && <ApprovePanel cluster={cluster} canWrite={canWrite} />}
      {isJoining && <JoinPanel cluster={cluster} canWrite={canWrite} />}
      <Panel title="Checklist" hint="What an app needs of a cluster, looked at by the operator itself.">
        <Checklist checks={cluster.checklist} />
      </Panel>
      <Panel title="Machines" flush>
        <MachinesTable machines={cluster.machines} />
      </Panel>
      <Panel title="Details">
        <Facts items={facts(cluster)} />
      </Panel>
      {canWrite && <RemovePanel cluster={cluster} />}
    </div>
  );
}

function Silence({ cluster }: { cluster: Cluster }) {
  if (cluster.phase !== "Silent" && cluster.phase !== "Offline") return null;
  return (
    <Strip tone="warn">
      Last heard of {cluster.lastHeartbeatAt ? <TimeAgo at={cluster.lastHeartbeatAt} /> : "never"}. What runs there
      keeps running; everything below is as it was then.
    </Strip>
  );
}

function facts({ slug, baseDomain, ingress, wish, versions, desired, apps }: Cluster) {
  const applied = desired.appliedSeq === null ? "nothing applied yet" : `${desired.appliedSeq} applied`;
  return [
    { term: "Short name", value: <code className="font-mono text-xs">{slug}</code> },
    { term: "Apps", value: apps },
    { term: "Takes new apps", value: wish === "Schedulable" ? "Yes" : "No" },
    { term: "Base domain", value: <code className="font-mono text-xs">{baseDomain}</code> },
    {
      term: "Ingress",
      value: `${ingress.class} in ${ingress.namespace}, port ${ingress.port}, ${ingress.tls ? "HTTPS" : "HTTP"}`,
    },
    { term: "Operator", value: versions?.operator ?? "–" },
    { term: "Kubernetes", value: versions?.kubernetes ?? "–" },
    {
      term: "Desired state",
      value: (
        <>
          {desired.seq} asked for, {applied}
          {desired.appliedCommit && (
            <code className="ml-2 font-mono text-xs text-muted">{desired.appliedCommit.slice(0, 8)}</code>
          )}
        </>
      ),
    },
  ];
}
