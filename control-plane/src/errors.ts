import type { FieldProblem, ProblemReason } from "./contract/problem.ts";

/** What a caller is told: for programs `reason`, for people what is wrong (`detail`) and what to do (`remedy`). */
export interface Refusal<Reason extends ProblemReason = ProblemReason> {
  reason: Reason;
  detail: string;
  remedy: string;
  /** Every refused field, when the refusal is about fields. */
  errors?: FieldProblem[];
  /** The newer revision, when the one that was sent is stale. */
  revision?: string;
  /** When to try again, when trying again can help. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** What a caller can act on; everything else that is thrown is our own fault and answers 500. */
export abstract class Refused extends Error {
  readonly reason: ProblemReason;
  readonly detail: string;
  readonly remedy: string;
  readonly errors: FieldProblem[] | undefined;
  readonly revision: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(refusal: Refusal) {
    super(`${refusal.reason}: ${refusal.detail}`, { cause: refusal.cause });
    this.name = new.target.name;
    this.reason = refusal.reason;
    this.detail = refusal.detail;
    this.remedy = refusal.remedy;
    this.errors = refusal.errors;
    this.revision = refusal.revision;
    this.retryAfterSeconds = refusal.retryAfterSeconds;
  }
}

/** The request itself is wrong; sending it again changes nothing. */
export class Invalid extends Refused {}

/** Who asks is not known, or may not. */
export class Forbidden extends Refused {}

/** Missing, or another organisation's: one answer for both, so nobody learns which (guarantees.md, A2.1). */
export class NotFound extends Refused {
  constructor(refusal: Partial<Refusal> = {}) {
    super({ ...nothingHere, ...refusal });
  }
}

/** The request is right, the state it meets is not: taken, used up, stale. */
export class Conflict extends Refused {}

/** Not now: too many requests, or something we depend on is away. */
export class Unavailable extends Refused {}

const nothingHere: Refusal = {
  reason: "NotFound",
  detail: "There is nothing here that you may see.",
  remedy: "Check the address, and that you are signed in to the right organisation.",
};
