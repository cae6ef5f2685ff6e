import type { Transaction } from "../../db/tenant.ts";

/** A registration token as it stands, found by its hash. */
export interface TokenRow {
  id: string;
  clusterId: string;
  usedByKid: string | null;
  isUsed: boolean;
  isContested: boolean;
}

/** Kills the cluster's unused tokens. */
export async function revokeTokens(tx: Transaction, clusterId: string): Promise<void> {
  await tx.run(
    `update registration_tokens set revoked_at = skypanel_now()
     where cluster_id = $1 and used_at is null and revoked_at is null`,
    [clusterId],
  );
}

/** Stores a token's hash; it lives `seconds`. */
export async function insertToken(
  tx: Transaction,
  clusterId: string,
  hash: Buffer,
  seconds: number,
): Promise<{ expiresAt: Date }> {
  const row = await tx.row<{ expiresAt: Date }>(
    `insert into registration_tokens (cluster_id, token_hash, expires_at)
     values ($1, $2, skypanel_now() + make_interval(secs => $3)) returning expires_at as "expiresAt"`,
    [clusterId, hash, seconds],
  );
  if (!row) throw new Error("insert returned no row");
  return row;
}

/** Uses the token up for `kid`. Of all who try at once one gets the cluster's id, the others undefined. */
export function useToken(tx: Transaction, hash: Buffer, kid: string): Promise<{ clusterId: string } | undefined> {
  return tx.row(
    `update registration_tokens set used_at = skypanel_now(), used_by_kid = $2
     where token_hash = $1 and used_at is null and revoked_at is null and expires_at > skypanel_now()
     returning cluster_id as "clusterId"`,
    [hash, kid],
  );
}

export function tokenByHash(tx: Transaction, hash: Buffer): Promise<TokenRow | undefined> {
  return tx.row(
    `select id, cluster_id as "clusterId", used_by_kid as "usedByKid", used_at is not null as "isUsed",
       contested_at is not null as "isContested"
     from registration_tokens where token_hash = $1`,
    [hash],
  );
}

/** Notes that a foreign key presented the used token; 0 when that was noted before. */
export function contestToken(tx: Transaction, id: string): Promise<number> {
  return tx.run("update registration_tokens set contested_at = skypanel_now() where id = $1 and contested_at is null", [
    id,
  ]);
}
