import { clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import { stateSource } from "@skypanel/crds/kinds/state-source.ts";
import { GROUP } from "@skypanel/crds/meta.ts";
import type { ChildKind } from "./kube/resources.ts";

const shardLabel = `${GROUP}/shard`;
const ofTheCluster: ReadonlySet<string> = new Set([clusterSettings.plural, stateSource.plural]); // every shard reads them

/** Which objects of our kinds this operator sees: all, or those that bear the label of its shard. */
export function shardSelector(shard: string | undefined): (resource: ChildKind) => string | undefined {
  return ({ group, plural }) =>
    shard === undefined || group !== GROUP || ofTheCluster.has(plural) ? undefined : `${shardLabel}=${shard}`;
}
