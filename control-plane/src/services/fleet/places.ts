import type { Transaction } from "../../db/tenant.ts";
import { append } from "../../desired/journal.ts";
import { contentOf, renderTenant } from "../../desired/render.ts";
import { Conflict, Invalid, Unavailable } from "../../errors.ts";
import { type ClusterRow, clusterBySlug, lockRecipient } from "../../repositories/fleet/clusters.ts";
import { insertTenant } from "../../repositories/fleet/tenants.ts";
import { placement } from "./placement.ts";
import { phaseOf } from "./row-phase.ts";

/** A cluster that takes a new app: it has joined, so values can be sealed to it. */
export type Place = ClusterRow & { ageRecipient: string };

/** The cluster `slug`, if a new app may go there. Throws Invalid for an unknown one, Conflict NoCapacity or ClusterOffline. */
export async function findPlace(tx: Transaction, slug: string): Promise<Place> {
  const cluster = await clusterBySlug(tx, slug);
  if (!cluster) throw unknownCluster(slug);
  const answer = placement(cluster.wish, phaseOf(cluster));
  if (!answer.available) {
    const { reason, why, remedy } = answer;
    throw new Conflict({ reason, detail: `${cluster.name}: ${why}`, remedy });
  }
  const { ageRecipient } = cluster;
  if (ageRecipient === null) throw new Error(`cluster ${slug} is registered without a recipient`);
  return { ...cluster, ageRecipient };
}

/**
 * Holds the cluster's journal until the transaction ends and gives the organisation its Tenant there, if it has none yet.
 * Throws Unavailable when the cluster got another key meanwhile: what was sealed to the old one nobody could open.
 */
export async function takePlace(
  tx: Transaction,
  org: { id: string; slug: string },
  cluster: Place,
  author: { name: string; email: string },
): Promise<void> {
  if ((await lockRecipient(tx, cluster.id))?.ageRecipient !== cluster.ageRecipient) throw rejoined(cluster);
  if ((await insertTenant(tx, org.id, cluster.id, org.slug)) === 0) return;
  const file = renderTenant(org.slug);
  const entry = { clusterId: cluster.id, orgId: org.id, author, message: `tenants: place ${org.slug}` };
  await append(tx, entry, [{ path: file.path, content: contentOf(file), expected: null }]);
}

function unknownCluster(slug: string): Invalid {
  return new Invalid({
    reason: "Invalid",
    detail: `There is no cluster ${slug}.`,
    remedy: "Choose one of GET /regions.",
    errors: [{ pointer: "/cluster", reason: "NotFound", message: "does not exist" }],
  });
}

function rejoined({ name }: Place): Unavailable {
  return new Unavailable({
    reason: "Unavailable",
    detail: `${name} has just joined with a new key.`,
    remedy: "Try again.",
    retryAfterSeconds: 1,
  });
}
