import type { z } from "zod";
import type { cluster } from "../../contract/fleet/clusters.ts";
import type { ClusterDetailRow } from "../../repositories/fleet/clusters.ts";
import { phaseOf } from "./row-phase.ts";

export type ClusterView = z.infer<typeof cluster>;

/** A cluster as the contract shows it. */
export function clusterView(row: ClusterDetailRow): ClusterView {
  const { heartbeat } = row;
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    region: row.region,
    labels: row.labels,
    baseDomain: row.baseDomain,
    ingress: row.ingress,
    wish: row.wish,
    phase: phaseOf(row),
    provisioning:
      row.provisioningStep !== null && row.provisioningSince !== null
        ? { step: row.provisioningStep, since: row.provisioningSince.toISOString() }
        : null,
    lastHeartbeatAt: row.lastHeartbeatAt?.toISOString() ?? null,
    versions: heartbeat?.versions ?? null,
    machines: heartbeat?.machines ?? [],
    checklist: heartbeat?.checks ?? [],
    desired: {
      seq: row.desiredSeq,
      appliedSeq: heartbeat?.appliedSeq ?? null,
      appliedCommit: heartbeat?.appliedCommit ?? null,
    },
    apps: row.apps,
    token:
      row.tokenExpiresAt === null
        ? null
        : { expiresAt: row.tokenExpiresAt.toISOString(), usedAt: row.tokenUsedAt?.toISOString() ?? null },
    createdAt: row.createdAt.toISOString(),
    revision: row.revision ?? "",
  };
}
