import type { Transaction } from "../../db/tenant.ts";

export interface ClaimRow {
  userId: string;
  key: string;
  endpoint: string;
  requestHash: Buffer;
}

/** Claims the key: true for one of all who ask at once. A claim may be taken over once it is too old, or forgotten. */
export async function claimKey(
  tx: Transaction,
  claim: ClaimRow,
  age: { runningSeconds: number; keptSeconds: number },
): Promise<boolean> {
  const changed = await tx.run(
    `insert into idempotency_keys as kept (user_id, key, endpoint, request_hash) values ($1, $2, $3, $4)
     on conflict (user_id, key) do update
       set endpoint = excluded.endpoint, request_hash = excluded.request_hash, nonce = null, reply = null,
         created_at = skypanel_now()
       where kept.created_at <= skypanel_now() - case when kept.reply is null and kept.request_hash = excluded.request_hash
         then $5::int else $6::int end * interval '1 second'`,
    [claim.userId, claim.key, claim.endpoint, claim.requestHash, age.runningSeconds, age.keptSeconds],
  );
  return changed === 1;
}

export interface KeptRow {
  endpoint: string;
  requestHash: Buffer;
  nonce: Buffer | null;
  reply: Buffer | null;
}

/** What is kept under the key. */
export function findAnswer(tx: Transaction, userId: string, key: string): Promise<KeptRow | undefined> {
  return tx.row<KeptRow>(
    `select endpoint, request_hash as "requestHash", nonce, reply from idempotency_keys where user_id = $1 and key = $2`,
    [userId, key],
  );
}

/** Keeps the answer of the claim; 0 when it has one already: someone else took the claim over, and was first. */
export async function keepAnswer(
  tx: Transaction,
  claim: ClaimRow,
  answer: { nonce: Buffer; ciphertext: Buffer },
): Promise<number> {
  return tx.run(
    `update idempotency_keys set nonce = $4, reply = $5
     where user_id = $1 and key = $2 and request_hash = $3 and reply is null`,
    [claim.userId, claim.key, claim.requestHash, answer.nonce, answer.ciphertext],
  );
}

/** Lets the key go: nothing was done under it. */
export async function deleteClaim(tx: Transaction, userId: string, key: string): Promise<void> {
  await tx.run("delete from idempotency_keys where user_id = $1 and key = $2 and reply is null", [userId, key]);
}

/** Forgets answers older than `seconds`. */
export function deleteOldAnswers(tx: Transaction, seconds: number): Promise<number> {
  return tx.run("delete from idempotency_keys where created_at <= skypanel_now() - $1::int * interval '1 second'", [
    seconds,
  ]);
}
