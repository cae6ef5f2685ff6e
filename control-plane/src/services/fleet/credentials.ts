import type { Pool } from "../../db/pool.ts";
import { withTransaction } from "../../db/tenant.ts";
import { type KeyRow, keyByKid } from "../../repositories/fleet/keys.ts";

/** The cluster that speaks with the key `kid`, and its public half; undefined when it is unknown or revoked. */
export function credentialOf(pool: Pool, kid: string): Promise<KeyRow | undefined> {
  return withTransaction(pool, (tx) => keyByKid(tx, kid));
}
