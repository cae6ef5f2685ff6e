import type { Pool } from "../../db/pool.ts";
import { type Transaction, withTenant } from "../../db/tenant.ts";
import { allClusters } from "../../repositories/fleet/clusters.ts";
import { tenantsOn } from "../../repositories/fleet/tenants.ts";
import { announceCluster } from "./announce.ts";
import type { ClusterPhase } from "./phase.ts";
import { phaseOf } from "./row-phase.ts";

export interface SilenceDeps {
  pool: Pool;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  signal: AbortSignal;
  onError(error: unknown): void;
}

type Phases = ReadonlyMap<string, ClusterPhase>;

const everyMs = 5_000;
// A return is told by the heartbeat that makes it; what nobody sends has to be looked for.
const falls: readonly ClusterPhase[] = ["Silent", "Offline"];

/** Tells pages of every cluster that falls silent or offline, until `signal` aborts: nothing else happens then (G-F1). */
export async function watchSilence({ pool, sleep, signal, onError }: SilenceDeps): Promise<void> {
  let known: Phases = new Map();
  while (!signal.aborted) {
    // Caught to go on: the next look is a new try.
    known = await tellOfSilence(pool, known).catch((error: unknown) => {
      onError(error);
      return known;
    });
    await sleep(everyMs, signal).catch(() => {}); // rejects only when aborted, which ends the loop
  }
}

/** Looks once: announces what fell since `known` was true, and returns the phases as they are. */
export function tellOfSilence(pool: Pool, known: Phases): Promise<Phases> {
  return withTenant(pool, { platform: true }, async (tx) => {
    const clusters = await allClusters(tx);
    const now = new Map(clusters.map((cluster) => [cluster.id, phaseOf(cluster)]));
    for (const cluster of clusters) {
      const [before, after] = [known.get(cluster.id), now.get(cluster.id)];
      if (before !== undefined && after !== undefined && before !== after && falls.includes(after))
        await tell(tx, cluster);
    }
    return now;
  });
}

async function tell(tx: Transaction, cluster: { id: string; slug: string }): Promise<void> {
  const tenants = await tenantsOn(tx, cluster.id);
  await announceCluster(tx, cluster, ["fleet", ...tenants.map(({ name }) => `org:${name}` as const)]);
}
