import type { Transaction } from "../../db/tenant.ts";
import { clusterById } from "../../repositories/fleet/clusters.ts";

/** The public key values for a cluster are sealed to. An app is only ever placed on a cluster that has one. */
export async function recipientOf(tx: Transaction, clusterId: string): Promise<string> {
  const recipient = (await clusterById(tx, clusterId))?.ageRecipient;
  if (!recipient) throw new Error(`cluster ${clusterId} has no recipient`);
  return recipient;
}
