import { z } from "zod";

/** Why a request was refused, for programs: features.md names each beside its feature. */
export const problemReasons = [
  "Invalid",
  "Unauthenticated",
  "SessionExpired",
  "Forbidden",
  "NotFound",
  "NameTaken",
  "HostnameTaken",
  "ClusterExists",
  "TokenExpired",
  "TokenUsed",
  "StaleEpoch",
  "NotEmpty",
  "LastOwner",
  "NoCapacity",
  "ManagedWithKubectl",
  "ReservedKey",
  "StaleRevision",
  "RevisionMissing",
  "IdempotencyKeyMissing",
  "IdempotencyMismatch",
  "TooLarge",
  "TooMany",
  "Unavailable",
  "ClusterOffline",
  "InternalError",
] as const;

export type ProblemReason = (typeof problemReasons)[number];

/** One refused field: an RFC 6901 pointer into the body (or `query/<name>`, `header/<name>`), the rule it broke, a sentence. */
const fieldProblem = z.strictObject({ pointer: z.string(), reason: z.string(), message: z.string() });

/** An error body, RFC 9457 `application/problem+json`, with our members. `revision` is the newer one on a 412. */
export const problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string(),
  reason: z.enum(problemReasons),
  remedy: z.string(),
  requestId: z.string(),
  revision: z.string().optional(),
  errors: z.array(fieldProblem).max(100).optional(),
});

export type Problem = z.infer<typeof problem>;
export type FieldProblem = z.infer<typeof fieldProblem>;
