import type { RegisterBody } from "../../contract/agent.ts";
import { isTaken } from "../../db/failures.ts";
import type { Pool } from "../../db/pool.ts";
import { type Transaction, withTenant } from "../../db/tenant.ts";
import type { Conflict, Forbidden } from "../../errors.ts";
import { type ClusterRow, clusterById, setPendingApproval, setRegistered } from "../../repositories/fleet/clusters.ts";
import { replaceKey } from "../../repositories/fleet/keys.ts";
import { contestToken, tokenByHash, useToken } from "../../repositories/fleet/tokens.ts";
import { type By, record } from "../activity/activity.ts";
import { announceCluster } from "./announce.ts";
import { clusterExists, refuseInvalidKey, tokenExpired, tokenUsed, unknownToken } from "./registration-refusals.ts";
import { thumbprint } from "./thumbprint.ts";
import { tokenHash } from "./tokens.ts";

export interface RegistrationReply {
  clusterId: string;
  slug: string;
  state: "Registered" | "PendingApproval";
}

/** Called within a registration, before the cluster gets `recipient`: whoever keeps values sealed to it seals them anew. */
export type Reseal = (tx: Transaction, cluster: ClusterRow, recipient: string) => Promise<void>;

export interface RegistrationDeps {
  pool: Pool;
  reseal: Reseal;
}

type Outcome = { k: "registered"; reply: RegistrationReply } | { k: "refused"; error: Conflict | Forbidden };

/**
 * Registers the key in `body` for the cluster the token was issued for. Of all presenters one wins (G-S2); the same key
 * may repeat it. Another key gets TokenUsed, and the winner waits in PendingApproval until an administrator has looked.
 * Throws Invalid for a key that is none, Forbidden for an unknown token, Conflict TokenExpired, TokenUsed or ClusterExists.
 */
export async function register(deps: RegistrationDeps, token: string, body: RegisterBody): Promise<RegistrationReply> {
  refuseInvalidKey(body.publicKey);
  const kid = thumbprint(body.publicKey);
  const outcome = await withTenant(deps.pool, { platform: true }, async (tx): Promise<Outcome> => {
    const won = await useToken(tx, tokenHash(token), kid);
    return won ? join(tx, deps.reseal, won.clusterId, kid, body) : late(tx, token, kid);
  });
  // Refused only here: that the token was contested must outlive the refusal.
  if (outcome.k === "refused") throw outcome.error;
  return outcome.reply;
}

async function join(
  tx: Transaction,
  reseal: Reseal,
  clusterId: string,
  kid: string,
  body: RegisterBody,
): Promise<Outcome> {
  const cluster = await existing(tx, clusterId);
  if (cluster.ageRecipient !== body.ageRecipient) await reseal(tx, cluster, body.ageRecipient);
  await setRegistered(tx, clusterId, body).catch((error: unknown) => {
    throw isTaken(error, "clusters_kube_system_uid_key") ? clusterExists() : error;
  });
  await replaceKey(tx, clusterId, kid, body.publicKey);
  await note(tx, cluster, "cluster.registered", { fingerprint: kid, versions: body.versions });
  return { k: "registered", reply: { clusterId, slug: cluster.slug, state: "Registered" } };
}

/** For who did not win: the winner's own repetition, a foreign key, or nobody's token. */
async function late(tx: Transaction, token: string, kid: string): Promise<Outcome> {
  const row = await tokenByHash(tx, tokenHash(token));
  if (!row) return { k: "refused", error: unknownToken() };
  if (!row.isUsed) return { k: "refused", error: tokenExpired() };
  const cluster = await existing(tx, row.clusterId);
  if (row.usedByKid === kid) return { k: "registered", reply: replyOf(cluster) };
  if ((await contestToken(tx, row.id)) > 0) {
    await setPendingApproval(tx, cluster.id);
    await note(tx, cluster, "cluster.token-contested", { winner: row.usedByKid, presenter: kid });
  }
  return { k: "refused", error: tokenUsed() };
}

/** The cluster as its operator sees it, for `GET /registration`. */
export async function readRegistration(
  { pool }: Pick<RegistrationDeps, "pool">,
  id: string,
): Promise<RegistrationReply> {
  return replyOf(await withTenant(pool, { clusterId: id }, (tx) => existing(tx, id)));
}

async function existing(tx: Transaction, id: string): Promise<ClusterRow> {
  const cluster = await clusterById(tx, id);
  if (!cluster) throw unknownToken();
  return cluster;
}

function replyOf({ id, slug, registration }: ClusterRow): RegistrationReply {
  return { clusterId: id, slug, state: registration === "PendingApproval" ? "PendingApproval" : "Registered" };
}

async function note(
  tx: Transaction,
  cluster: ClusterRow,
  action: string,
  after: Record<string, unknown>,
): Promise<void> {
  const by: By = { kind: "cluster", id: cluster.id, name: cluster.name, email: null, address: null, requestId: null };
  const object = { kind: "cluster", id: cluster.id, name: cluster.name };
  await record(tx, { by, org: null, action, object, after });
  await announceCluster(tx, cluster);
}
