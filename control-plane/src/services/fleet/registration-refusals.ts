import { createPublicKey } from "node:crypto";
import type { RegisterBody } from "../../contract/agent.ts";
import { Conflict, Forbidden, Invalid } from "../../errors.ts";

/** Throws Invalid for a key that is no point of the curve: it would use the token up and never verify a request. */
export function refuseInvalidKey(key: RegisterBody["publicKey"]): void {
  try {
    createPublicKey({ key, format: "jwk" });
  } catch (cause) {
    const errors = [{ pointer: "/publicKey", reason: "format", message: "is no point of the curve P-256" }];
    const remedy = "Send the public half of a P-256 key.";
    throw new Invalid({ reason: "Invalid", detail: "The public key is not valid.", remedy, errors, cause });
  }
}

/** Whoever guesses learns nothing. */
export function unknownToken(): Forbidden {
  return new Forbidden({
    reason: "Unauthenticated",
    detail: "This is no registration token of ours.",
    remedy: "Issue a new one for the cluster in the panel.",
  });
}

/** Too late, or replaced. */
export function tokenExpired(): Conflict {
  return new Conflict({
    reason: "TokenExpired",
    detail: "The registration token is older than 15 minutes, or a newer one replaced it.",
    remedy: "Issue a new one for the cluster in the panel.",
  });
}

/** Another key was first. */
export function tokenUsed(): Conflict {
  return new Conflict({
    reason: "TokenUsed",
    detail: "The registration token was used by another key.",
    remedy: "Compare the fingerprints in the panel, then issue a new token for the right cluster.",
  });
}

/** One Kubernetes is one cluster. */
export function clusterExists(): Conflict {
  return new Conflict({
    reason: "ClusterExists",
    detail: "This Kubernetes is registered as another cluster.",
    remedy: "Use that cluster, or remove it from the panel first.",
  });
}
