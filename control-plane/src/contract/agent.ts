import { z } from "zod";

/**
 * The agent protocol under `/agent/v1`. A cluster's id comes only from its credential: an ES256 JWT it signs itself,
 * header `{ alg, typ: "JWT", kid }` where `kid` is the RFC 7638 thumbprint of its key, claims `{ iss: kid, sub: clusterId,
 * aud, jti, iat, exp }` with `exp` at most five minutes after `iat`. Fields a reader does not know are dropped: the two ends
 * are seldom of one version.
 */
export const agentAudience = "skypanel-agent";
export const agentTokenSeconds = 300;
export const registrationTokenPrefix = "sp_reg_";

export const agentPaths = {
  register: "/agent/v1/register",
  registration: "/agent/v1/registration",
  epoch: "/agent/v1/epoch",
  heartbeat: "/agent/v1/heartbeat",
  reports: "/agent/v1/reports",
  state: "/agent/v1/state.git",
  tunnel: "/agent/v1/tunnel",
} as const;

const base64url = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/);

/** A P-256 public key as JWK (RFC 7517): nothing but the public members. */
const publicKey = z.strictObject({ kty: z.literal("EC"), crv: z.literal("P-256"), x: base64url, y: base64url });

/** `POST /register`, authenticated by `Authorization: Bearer sp_reg_…`. The same key may repeat it; another key gets 410. */
export const registerBody = z.object({
  publicKey,
  ageRecipient: z
    .string()
    .max(100)
    .regex(/^age1[0-9a-z]+$/),
  kubeSystemUid: z.uuid(),
  versions: z.object({ operator: z.string().max(64), kubernetes: z.string().max(64) }),
});

/** Reply to register and to `GET /registration`. */
export const registrationReply = z.object({
  clusterId: z.uuid(),
  slug: z.string(),
  state: z.enum(["Registered", "PendingApproval"]),
});

/** Reply to `POST /epoch`: above all earlier epochs of the cluster. */
export const epochReply = z.object({ epoch: z.int().min(1) });

/** A Kubernetes node: CPU in millicores, memory and disk in bytes. `used` is null where no metrics are served. */
export const machine = z.object({
  name: z.string().max(253),
  ready: z.boolean(),
  kubelet: z.string().max(64),
  allocatable: z.object({
    cpu: z.int().min(0),
    memory: z.int().min(0),
    disk: z.int().min(0),
    pods: z.int().min(0),
  }),
  requested: z.object({ cpu: z.int().min(0), memory: z.int().min(0), pods: z.int().min(0) }),
  used: z.object({ cpu: z.int().min(0), memory: z.int().min(0) }).nullable(),
});

/** One line of the live checklist: `command` is what an administrator runs to look closer. */
export const check = z.object({
  id: z.enum(["connected", "versions", "permissions", "storageClass", "ingress", "desiredState", "tunnel"]),
  state: z.enum(["waiting", "ok", "failed"]),
  detail: z.string().max(500),
  command: z.string().max(300).nullable(),
});

export const heartbeatBody = z.object({
  versions: z.object({ operator: z.string().max(64), kubernetes: z.string().max(64) }),
  machines: z.array(machine).max(1_000),
  checks: z.array(check).max(30),
  appliedSeq: z.int().min(0).nullable(),
  appliedCommit: z.string().max(64).nullable(),
  oldestPendingSeconds: z.int().min(0).nullable(),
});

/** One object as it is. `status` and `spec` are those of the custom resource; both null when it is gone. */
const reportItem = z.object({
  kind: z.enum(["App", "Tenant", "Sealed", "StateSource"]),
  namespace: z.string().max(63).nullable(),
  name: z.string().max(253),
  uid: z.string().max(64),
  tenant: z.string().max(63).nullable(),
  managedBy: z.enum(["control-plane", "kubectl"]),
  generation: z.int().min(0),
  revision: z.string().max(64).nullable(),
  observedAt: z.iso.datetime(),
  deleted: z.boolean(),
  spec: z.record(z.string(), z.unknown()).nullable(),
  status: z.record(z.string(), z.unknown()).nullable(),
});

/**
 * `POST /reports`: (epoch, sequence) at or below the last one accepted is dropped. A full snapshot is a run of batches
 * whose first is marked `begin` and last `end` (one batch: `whole`); what a finished snapshot does not hold is gone.
 */
export const reportsBody = z.object({
  epoch: z.int().min(1),
  seq: z.int().min(1),
  snapshot: z.enum(["none", "begin", "part", "end", "whole"]),
  items: z.array(reportItem).max(200),
});

/** Reply to heartbeat and reports: they acknowledge, nothing else. A stale epoch answers 409 `StaleEpoch`. */
export const acknowledgement = z.object({ accepted: z.boolean() });

export type RegisterBody = z.infer<typeof registerBody>;
export type HeartbeatBody = z.infer<typeof heartbeatBody>;
export type Machine = z.infer<typeof machine>;
export type Check = z.infer<typeof check>;
export type ReportItem = z.infer<typeof reportItem>;
export type ReportsBody = z.infer<typeof reportsBody>;

/** What the control plane may ask through the tunnel (HTTP/2, the operator is the server); anything else is one 404. */
export const tunnelPaths = { poke: "/poke", logs: "/logs" } as const;

/** Query of `GET /logs`: the pod is looked up among managed ones only. The body is lines of `logFrame` JSON. */
export const logQuery = z.strictObject({
  tenant: z.string().max(63),
  namespace: z.string().max(63),
  app: z.string().max(63),
  instance: z.string().max(253).optional(),
  tail: z.coerce.number().int().min(0).max(1_000).default(200),
  since: z.iso.datetime({ offset: true }).optional(),
  previous: z.enum(["true", "false"]).default("false"),
});

/** One JSON line of a log stream through the tunnel. */
export const logFrame = z.union([
  z.strictObject({ t: z.literal("line"), instance: z.string(), at: z.string(), text: z.string() }),
  z.strictObject({ t: z.literal("dropped"), instance: z.string(), lines: z.int().min(1) }),
  z.strictObject({
    t: z.literal("source"),
    instance: z.string(),
    state: z.enum(["opened", "ended", "failed"]),
    reason: z.string().nullable(),
  }),
]);

export type LogFrame = z.infer<typeof logFrame>;
