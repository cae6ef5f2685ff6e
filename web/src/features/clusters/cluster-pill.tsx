import { useNow } from "../../ui/now.ts";
import { Pill } from "../../ui/pill.tsx";
import { isCurrent } from "../../ui/status.ts";
import { type Cluster, clusterWords, unreadWord } from "./cluster-words.ts";

/** A cluster's phase as icon and word; old data is never shown as current. */
export function ClusterPill({ cluster, readAt }: { cluster: Cluster; readAt: number }) {
  const current = useNow((now) => isCurrent(now - readAt));
  const { word, icon, tone } = current ? clusterWords[cluster.phase] : unreadWord;
  return (
    <Pill tone={tone} icon={icon}>
      {word}
    </Pill>
  );
}
