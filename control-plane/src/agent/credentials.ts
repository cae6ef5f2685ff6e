import { createPublicKey } from "node:crypto";
import type { Millis } from "@skypanel/crds/time.ts";
import type { RegisterBody } from "../contract/agent.ts";
import { Forbidden } from "../errors.ts";
import { clusterKeyId, verifyCluster } from "../http/tokens.ts";

/** A live key of a cluster, as registered. */
export interface ClusterKey {
  clusterId: string;
  publicKey: RegisterBody["publicKey"];
  registration: "Created" | "PendingApproval" | "Registered";
}

/** The cluster that speaks; its id comes from its credential and from nowhere else. */
export interface ClusterCaller {
  clusterId: string;
  kid: string;
  isApproved: boolean;
}

export interface CredentialDeps {
  /** Undefined for a key that is unknown or revoked. Asked for each request, so a revoked key is dead at once. */
  findKey(kid: string): Promise<ClusterKey | undefined>;
  now(): Millis;
}

/** The bearer token of an Authorization header, or "" if there is none. */
export function bearerOf(authorization: string | undefined): string {
  return /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(authorization ?? "")?.[1] ?? "";
}

/** Who speaks, or one and the same 401 whatever is wrong: nobody learns whether a key, a cluster or a signature is. */
export async function authenticate(deps: CredentialDeps, authorization: string | undefined): Promise<ClusterCaller> {
  const token = bearerOf(authorization);
  const kid = orUndefined(() => clusterKeyId(token));
  const key = kid === undefined ? undefined : await deps.findKey(kid);
  if (kid === undefined || key === undefined) throw unknown();
  const publicKey = createPublicKey({ key: key.publicKey, format: "jwk" });
  const claims = orUndefined(() => verifyCluster(token, kid, publicKey, deps.now()));
  if (claims === undefined || claims.clusterId !== key.clusterId) throw unknown();
  return { clusterId: key.clusterId, kid, isApproved: key.registration === "Registered" };
}

/** Throws 403 while an administrator has to approve the cluster: until then it may only ask whether that happened. */
export function mustBeApproved({ isApproved }: ClusterCaller): void {
  if (isApproved) return;
  throw new Forbidden({
    reason: "Forbidden",
    detail: "This cluster waits for approval: its registration token was presented by another one too.",
    remedy: "Have an administrator compare the fingerprints and approve it.",
  });
}

function orUndefined<T>(verify: () => T): T | undefined {
  try {
    return verify();
  } catch (error) {
    if (error instanceof Forbidden) return undefined; // translated into the one 401
    throw error;
  }
}

function unknown(): Forbidden {
  return new Forbidden({
    reason: "Unauthenticated",
    detail: "The cluster's credential is not valid.",
    remedy: "Check the cluster's clock; if it was removed or quarantined, register it again with a new token.",
  });
}
