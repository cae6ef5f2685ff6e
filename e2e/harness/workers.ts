import { randomUUID } from "node:crypto";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { type ControlPlane, controlPlane } from "../../operator/src/hub/control-plane.ts";
import { type Identity, identityOf, makeKeys } from "../../operator/src/hub/keys.ts";
import { type Credential, credential } from "../../operator/src/hub/token.ts";
import type { Panel } from "./panel.ts";

/** A cluster's own half of the protocol, as its operator holds it. */
export interface Worker {
  identity: Identity;
  credential: Credential;
  controlPlane: ControlPlane;
}

/** Workers of a panel, from strangers to registered ones. */
export interface Workers {
  /** Creates a cluster and returns its registration token. */
  issue(slug: string): Promise<string>;
  /** A worker with fresh keys that nobody knows yet; `clusterId` is what its tokens will claim. */
  stranger(clusterId?: string): Promise<Worker>;
  /** A worker that signs as `identity`. */
  signedBy(identity: Identity): Worker;
  /** A worker that is registered. */
  joined(slug: string): Promise<Worker & { clusterId: string }>;
}

export const versions = { operator: "0.1.0", kubernetes: "v1.35.4" };

/** Makes workers for `panel`. */
export function workersOf({ url, admin }: Panel): Workers {
  const signedBy = (identity: Identity): Worker => {
    const signer = credential(() => identity, systemClock);
    return { identity, credential: signer, controlPlane: controlPlane(new URL(url), signer) };
  };
  const issue = async (slug: string) => {
    const body = { slug, name: slug, region: "here", baseDomain: "localhost" };
    const { registration } = await admin.call("POST /admin/clusters", { body, idempotencyKey: randomUUID() });
    return registration.token;
  };
  const stranger = async (clusterId?: string) => signedBy(await identityOf(await makeKeys(), clusterId));
  return {
    issue,
    stranger,
    signedBy,
    joined: async (slug) => {
      const fresh = await stranger();
      const { clusterId } = await register(fresh, await issue(slug));
      return { ...signedBy({ ...fresh.identity, clusterId }), clusterId };
    },
  };
}

/** Presents `token` with the worker's keys, from a Kubernetes of its own. */
export function register({ identity, controlPlane: to }: Worker, token: string) {
  const { publicKey, ageRecipient } = identity;
  const body = { publicKey, ageRecipient, kubeSystemUid: randomUUID(), versions };
  return to.register(token, body, AbortSignal.timeout(10_000));
}
