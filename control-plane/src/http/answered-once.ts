import { createHash } from "node:crypto";
import { Conflict, Invalid } from "../errors.ts";

/** A request under an idempotency key. */
export interface Claim {
  userId: string;
  key: string;
  endpoint: string;
  requestHash: Buffer;
}

export interface KeptAnswer {
  reply: unknown;
  revision?: string;
  cookies?: readonly string[];
}

/** The work's transaction: only passed on from here, to where answers are kept. */
type WorkTransaction = object;

/** Keeps the answer in the transaction that does the work; throws when another request under the key was first. */
export type Keep = (tx: WorkTransaction, answer: KeptAnswer) => Promise<void>;

/** Where answers are kept: `claim` has one winner, who keeps an answer, within the work's transaction or after it, or lets go. */
export interface Answers {
  claim(claim: Claim): Promise<"won" | "running" | "other" | { answer: KeptAnswer }>;
  keepIn(tx: WorkTransaction, claim: Claim, answer: KeptAnswer): Promise<boolean>;
  keep(claim: Claim, answer: KeptAnswer): Promise<void>;
  release(claim: Claim): Promise<void>;
}

interface Call {
  userId: string | undefined;
  key: string | undefined;
  endpoint: string;
  body: unknown;
}

type Work = (keep: Keep) => Promise<KeptAnswer>;
const keepNothing: Keep = async () => {};

/**
 * Runs `work`, or hands out the answer it gave before under the same key; refusals are not kept, so they can be mended.
 * Work that keeps its answer in its own transaction happens once, whenever this replica dies; work that does not may be
 * done again if it dies between the work and the answer.
 */
export async function answeredOnce(answers: Answers, call: Call, work: Work): Promise<KeptAnswer> {
  const { userId, key, endpoint, body } = call;
  if (userId === undefined || key === undefined) return work(keepNothing);
  const requestHash = createHash("sha256")
    .update(`${endpoint}\n${JSON.stringify(body ?? null)}`)
    .digest();
  const claim = { userId, key, endpoint, requestHash };
  const state = await answers.claim(claim);
  if (state === "other") throw mismatch();
  if (state === "running") throw running();
  if (state !== "won") return state.answer;
  let isKept = false;
  const keep: Keep = async (tx, answer) => {
    // Taken over by a retry that was first: this work must not be there twice.
    if (!(await answers.keepIn(tx, claim, answer))) throw running();
    isKept = true;
  };
  try {
    const answer = await work(keep);
    if (!isKept) await answers.keep(claim, answer);
    return answer;
  } catch (error) {
    await answers.release(claim); // the same key may be used again once the request is mended
    throw error;
  }
}

function mismatch(): Invalid {
  return new Invalid({
    reason: "IdempotencyMismatch",
    detail: "This idempotency key was used for a different request.",
    remedy: "Use a fresh key for a new request.",
  });
}

function running(): Conflict {
  return new Conflict({
    reason: "Unavailable",
    detail: "The first request with this idempotency key is still running.",
    remedy: "Send it again in a second: the answer will be the first one's.",
    retryAfterSeconds: 1,
  });
}
