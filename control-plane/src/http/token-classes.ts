import { limits } from "@skypanel/crds/limits.ts";
import { z } from "zod";
import { agentAudience, agentTokenSeconds } from "../contract/agent.ts";

/** Of one class of tokens: what is fixed, and the only header and payload it may have. */
interface TokenClass<Header, Payload> {
  algorithm: "HS256" | "ES256";
  audience: string;
  lifeSeconds: number;
  header: z.ZodType<Header>;
  payload: z.ZodType<Payload>;
}

const instants = { iat: z.int().min(0), exp: z.int().min(0) };
const header = <A extends "HS256" | "ES256">(algorithm: A) =>
  z.strictObject({ alg: z.literal(algorithm), typ: z.literal("JWT"), kid: z.string().max(64) });

export const issuer = "skypanel";
const audience = "skypanel-api";

/** People's access tokens, which we sign ourselves. */
export const accessToken = {
  algorithm: "HS256",
  audience,
  lifeSeconds: limits.session.accessMillis / 1000,
  header: header("HS256"),
  payload: z.strictObject({
    iss: z.literal(issuer),
    aud: z.literal(audience),
    sub: z.uuid(),
    sid: z.uuid(),
    jti: z.uuid(),
    ...instants,
  }),
} as const satisfies TokenClass<unknown, unknown>;

/** Clusters' tokens, which each signs with its own key: the issuer is that key's id. */
export const clusterToken = {
  algorithm: "ES256",
  audience: agentAudience,
  lifeSeconds: agentTokenSeconds,
  header: header("ES256"),
  payload: z.strictObject({
    iss: z.string(),
    aud: z.literal(agentAudience),
    sub: z.uuid(),
    jti: z.string().min(1).max(64),
    ...instants,
  }),
} as const satisfies TokenClass<unknown, unknown>;
