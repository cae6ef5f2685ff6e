import { randomUUID } from "node:crypto";
import { agentAudience, agentTokenSeconds } from "@skypanel/control-plane/contract/agent.ts";
import type { Clock } from "@skypanel/runtime/clock.ts";
import jwt from "jsonwebtoken";
import type { Identity } from "./keys.ts";

/** What signs our requests to the control plane. */
export interface Credential {
  /** A token good for at least another minute. Throws if the cluster is not registered yet. */
  token(): string;
  /** The control plane refused the last one: the next is signed anew. */
  forget(): void;
}

const renewBeforeSeconds = 60;

/** Signs short-lived ES256 tokens with the cluster's own key and keeps each while it is fresh. */
export function credential(identity: () => Identity, clock: Clock): Credential {
  let kept: { token: string; until: number } | undefined;
  return {
    token: () => {
      const now = Math.floor(clock.now() / 1000);
      if (kept !== undefined && now < kept.until && now > kept.until - agentTokenSeconds) return kept.token;
      kept = { token: sign(identity(), now), until: now + agentTokenSeconds - renewBeforeSeconds };
      return kept.token;
    },
    forget: () => {
      kept = undefined;
    },
  };
}

function sign({ kid, privateKey, clusterId }: Identity, iat: number): string {
  if (clusterId === undefined) throw new Error("this cluster is not registered with the control plane yet");
  const claims = { iss: kid, sub: clusterId, aud: agentAudience, jti: randomUUID(), iat, exp: iat + agentTokenSeconds };
  return jwt.sign(claims, privateKey, { algorithm: "ES256", keyid: kid });
}
