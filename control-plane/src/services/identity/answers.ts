import { hkdfSync } from "node:crypto";
import type { Pool } from "../../db/pool.ts";
import { type Transaction, withTransaction } from "../../db/tenant.ts";
import { decryptValue, encryptValue } from "../../desired/envelope.ts";
import {
  type ClaimRow,
  claimKey,
  deleteClaim,
  deleteOldAnswers,
  findAnswer,
  keepAnswer,
} from "../../repositories/identity/answers.ts";
import { deleteExpiredSessions } from "../../repositories/identity/sessions.ts";

interface Answer {
  reply: unknown;
  revision?: string;
}

/**
 * Keeps the answer of the request under its idempotency key, in the transaction that does the work: neither is ever there
 * without the other (G-D2). Without a key it does nothing. Throws when another request under the key was first.
 */
export type Keep = (tx: Transaction, answer: Answer) => Promise<void>;

// A claim without an answer is of a replica that died, once no request can still be running.
const age = { runningSeconds: 60, keptSeconds: 24 * 3_600 };

const scopeOf = ({ userId, endpoint, key }: ClaimRow) => ({ org: userId, app: endpoint, key, version: 1 });

/** Answers kept under idempotency keys, encrypted under a key derived from the wrapping key: a reply may hold a secret. */
export function createAnswers(pool: Pool, wrappingKey: Buffer) {
  const key = Buffer.from(hkdfSync("sha256", wrappingKey, "", "skypanel-kept-answers", 32));
  return {
    /** One of all who ask at once wins; the others learn how the winner fares. */
    async claim(claim: ClaimRow): Promise<"won" | "running" | "other" | { answer: Answer }> {
      return withTransaction(pool, async (tx) => {
        if (await claimKey(tx, claim, age)) return "won";
        const kept = await findAnswer(tx, claim.userId, claim.key);
        if (!kept) return "running"; // let go between the two statements
        if (kept.endpoint !== claim.endpoint || !kept.requestHash.equals(claim.requestHash)) return "other";
        if (!kept.reply || !kept.nonce) return "running";
        const text = decryptValue(key, scopeOf(claim), { nonce: kept.nonce, ciphertext: kept.reply });
        return { answer: JSON.parse(text) };
      });
    },
    /** Keeps the answer with the work of `tx`; false when the claim has one already, of whoever took it over. */
    async keepIn(tx: Transaction, claim: ClaimRow, { reply, revision }: Answer): Promise<boolean> {
      const encrypted = encryptValue(key, scopeOf(claim), JSON.stringify({ reply, revision }));
      return (await keepAnswer(tx, claim, encrypted)) === 1;
    },
    /** Keeps the answer of work that has no transaction of its own. */
    async keep(claim: ClaimRow, answer: Answer): Promise<void> {
      await withTransaction(pool, (tx) => this.keepIn(tx, claim, answer));
    },
    async release({ userId, key: name }: ClaimRow): Promise<void> {
      await withTransaction(pool, (tx) => deleteClaim(tx, userId, name));
    },
  };
}

/** Forgets what is of no use any more: answers older than a day, sessions that have expired. */
export async function forgetExpired(pool: Pool): Promise<void> {
  await withTransaction(pool, async (tx) => {
    await deleteOldAnswers(tx, age.keptSeconds);
    await deleteExpiredSessions(tx);
  });
}
