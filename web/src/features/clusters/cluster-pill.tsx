import { useNow } from "../../ui/now.ts";
import { Pill } from "../../ui/pill.tsx";
import { type Cluster, clusterWords, shownClusterPhase } from "./cluster-words.ts";

/** A cluster's phase as icon and word; old data is never shown as online. */
export function ClusterPill({ cluster, readAt }: { cluster: Cluster; readAt: number }) {
  const heartbeat = cluster.lastHeartbeatAt === null ? undefined : Date.parse(cluster.lastHeartbeatAt);
  const phase = useNow((now) =>
    shownClusterPhase(cluster.phase, heartbeat === undefined ? undefined : now - heartbeat, now - readAt),
  );
  const { word, icon, tone } = clusterWords[phase];
  return (
    <Pill tone={tone} icon={icon}>
      {word}
    </Pill>
  );
}
