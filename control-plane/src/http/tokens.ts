import { createHash, type KeyObject } from "node:crypto";
import { limits } from "@skypanel/crds/limits.ts";
import jwt from "jsonwebtoken";
import { z } from "zod";
import { agentAudience, agentTokenSeconds } from "../contract/agent.ts";
import { Forbidden } from "../errors.ts";

const issuer = "skypanel";
const audience = "skypanel-api";
const tokenBytes = 4_096;
const toleranceSeconds = 5;
const accessSeconds = limits.session.accessMillis / 1000;

/** Who an access token speaks for: the user and the family of refresh tokens of their sign-in. */
export interface AccessClaims {
  userId: string;
  sessionId: string;
}

/** The same, as read from a token that ends at `expiresAt`, in milliseconds. */
export interface ReadAccess extends AccessClaims {
  expiresAt: number;
}

/** A key of the ring: `kid` names it in the token's header. */
export interface TokenKey {
  kid: string;
  secret: KeyObject;
}

const instants = { iat: z.int().min(0), exp: z.int().min(0) };
const accessHeader = z.strictObject({ alg: z.literal("HS256"), typ: z.literal("JWT"), kid: z.string() });
const accessPayload = z.strictObject({
  iss: z.literal(issuer),
  aud: z.literal(audience),
  sub: z.uuid(),
  sid: z.uuid(),
  jti: z.uuid(),
  ...instants,
});
const clusterHeader = z.strictObject({ alg: z.literal("ES256"), typ: z.literal("JWT"), kid: z.string().max(64) });
const clusterPayload = z.strictObject({
  iss: z.string(),
  aud: z.literal(agentAudience),
  sub: z.uuid(),
  jti: z.string().min(1).max(64),
  ...instants,
});

/** The id a secret key goes by: it tells nothing of the key. */
export function keyId(secret: KeyObject): string {
  return createHash("sha256").update("skypanel-kid").update(secret.export()).digest("base64url").slice(0, 16);
}

/** A signed access token; `jti` is a fresh random id, `now` in milliseconds. */
export function signAccess({ kid, secret }: TokenKey, claims: AccessClaims, jti: string, now: number): string {
  const iat = Math.floor(now / 1000);
  const payload = {
    iss: issuer,
    aud: audience,
    sub: claims.userId,
    sid: claims.sessionId,
    jti,
    iat,
    exp: iat + accessSeconds,
  };
  return jwt.sign(payload, secret, { algorithm: "HS256", keyid: kid });
}

// By itself the library passes a token without exp, with a far exp, a future iat, crit, any typ or a list of audiences: the
// schemas and this refuse them (guarantees.md, section 6).
function fits({ iat, exp }: { iat: number; exp: number }, lifeSeconds: number, now: number): boolean {
  return iat <= now / 1000 + toleranceSeconds && exp > iat && exp <= iat + lifeSeconds;
}

interface VerifyOptions {
  algorithm: "HS256" | "ES256";
  issuer: string;
  audience: string;
  lifeSeconds: number;
  now: number;
}

function verified(token: string, key: KeyObject, options: VerifyOptions): unknown {
  const { algorithm, lifeSeconds, now } = options;
  return jwt.verify(token, key, {
    algorithms: [algorithm],
    issuer: options.issuer,
    audience: options.audience,
    maxAge: lifeSeconds + toleranceSeconds,
    clockTolerance: toleranceSeconds,
    clockTimestamp: Math.floor(now / 1000),
    complete: true,
  }).payload;
}

function headerOf(token: string): unknown {
  if (token.length > tokenBytes) return undefined;
  const [header = ""] = token.split(".", 1);
  try {
    return JSON.parse(Buffer.from(header, "base64url").toString("utf8"));
  } catch {
    return undefined; // not JSON: the schema refuses it like any other wrong header
  }
}

/** Runs a verification; whatever is wrong with a token, its bearer is told the same. */
function orUnauthenticated<T>(verify: () => T): T {
  try {
    return verify();
  } catch (error) {
    const expired = error instanceof jwt.TokenExpiredError;
    throw new Forbidden({
      reason: expired ? "SessionExpired" : "Unauthenticated",
      detail: expired ? "The session's token has expired." : "The credentials are not valid.",
      remedy: expired ? "Refresh the session or sign in again." : "Sign in and try again.",
      cause: error,
    });
  }
}

/** The claims of a user's access token, signed by a key of the ring. Throws Forbidden (401). */
export function verifyAccess(ring: readonly TokenKey[], token: string, now: number): ReadAccess {
  return orUnauthenticated(() => {
    const { kid } = accessHeader.parse(headerOf(token));
    const key = ring.find((candidate) => candidate.kid === kid);
    if (!key) throw new Error("unknown key");
    const options = { algorithm: "HS256", issuer, audience, lifeSeconds: accessSeconds, now } as const;
    const payload = accessPayload.parse(verified(token, key.secret, options));
    if (!fits(payload, accessSeconds, now)) throw new Error("instants out of bounds");
    return { userId: payload.sub, sessionId: payload.sid, expiresAt: payload.exp * 1000 };
  });
}

/** The thumbprint a cluster's token says it is signed with, to look its public key up by. Throws Forbidden (401). */
export function clusterKeyId(token: string): string {
  return orUnauthenticated(() => clusterHeader.parse(headerOf(token)).kid);
}

/** The cluster's id of a token it signed itself with the P-256 key `kid`. Throws Forbidden (401). */
export function verifyCluster(token: string, kid: string, publicKey: KeyObject, now: number): { clusterId: string } {
  return orUnauthenticated(() => {
    if (clusterHeader.parse(headerOf(token)).kid !== kid) throw new Error("another key");
    if (publicKey.asymmetricKeyDetails?.namedCurve !== "prime256v1") throw new Error("not a P-256 key");
    const options = {
      algorithm: "ES256",
      issuer: kid,
      audience: agentAudience,
      lifeSeconds: agentTokenSeconds,
      now,
    } as const;
    const payload = clusterPayload.parse(verified(token, publicKey, options));
    if (!fits(payload, agentTokenSeconds, now)) throw new Error("instants out of bounds");
    return { clusterId: payload.sub };
  });
}
