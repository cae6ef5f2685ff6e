import type { RegisterBody } from "../../contract/agent.ts";
import type { Transaction } from "../../db/tenant.ts";

/** A live identity key, and the cluster that speaks with it. */
export interface KeyRow {
  clusterId: string;
  slug: string;
  publicKey: RegisterBody["publicKey"];
  registration: "Created" | "PendingApproval" | "Registered";
}

/** Makes `kid` the cluster's only key: whoever held an earlier one speaks for it no more. */
export async function replaceKey(
  tx: Transaction,
  clusterId: string,
  kid: string,
  publicKey: RegisterBody["publicKey"],
): Promise<void> {
  await tx.run(
    "update cluster_keys set revoked_at = skypanel_now() where cluster_id = $1 and kid <> $2 and revoked_at is null",
    [clusterId, kid],
  );
  await tx.run(
    `insert into cluster_keys (kid, cluster_id, public_key) values ($1, $2, $3)
     on conflict (kid) do update set revoked_at = null where cluster_keys.cluster_id = excluded.cluster_id`,
    [kid, clusterId, publicKey],
  );
}

export function keyByKid(tx: Transaction, kid: string): Promise<KeyRow | undefined> {
  return tx.row(
    `select k.cluster_id as "clusterId", c.slug, k.public_key as "publicKey", c.registration
     from cluster_keys k join clusters c on c.id = k.cluster_id where k.kid = $1 and k.revoked_at is null`,
    [kid],
  );
}
