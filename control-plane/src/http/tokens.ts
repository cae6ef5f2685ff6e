import { createHash, type KeyObject } from "node:crypto";
import jwt from "jsonwebtoken";
import { Forbidden } from "../errors.ts";
import { accessToken, clusterToken, issuer } from "./token-classes.ts";

const tokenBytes = 4_096;
const toleranceSeconds = 5;

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

/** The id a secret key goes by: it tells nothing of the key. */
export function keyId(secret: KeyObject): string {
  return createHash("sha256").update("skypanel-kid").update(secret.export()).digest("base64url").slice(0, 16);
}

/** A signed access token; `jti` is a fresh random id, `now` in milliseconds. */
export function signAccess({ kid, secret }: TokenKey, claims: AccessClaims, jti: string, now: number): string {
  const iat = Math.floor(now / 1000);
  const payload = {
    iss: issuer,
    aud: accessToken.audience,
    sub: claims.userId,
    sid: claims.sessionId,
    jti,
    iat,
    exp: iat + accessToken.lifeSeconds,
  };
  return jwt.sign(payload, secret, { algorithm: accessToken.algorithm, keyid: kid });
}

interface Fixed {
  algorithm: "HS256" | "ES256";
  audience: string;
  lifeSeconds: number;
}

function verified(
  { algorithm, audience, lifeSeconds }: Fixed,
  token: string,
  key: KeyObject,
  iss: string,
  now: number,
): unknown {
  return jwt.verify(token, key, {
    algorithms: [algorithm],
    issuer: iss,
    audience,
    maxAge: lifeSeconds + toleranceSeconds,
    clockTolerance: toleranceSeconds,
    clockTimestamp: Math.floor(now / 1000),
    complete: true,
  }).payload;
}

// By itself the library passes a token without exp, with a far exp, a future iat, crit, any typ or a list of audiences: the
// schemas and this refuse them (guarantees.md, section 6).
function checkInstants({ lifeSeconds }: Fixed, { iat, exp }: { iat: number; exp: number }, now: number): void {
  const fits = iat <= now / 1000 + toleranceSeconds && exp > iat && exp <= iat + lifeSeconds;
  if (!fits) throw new Error("instants out of bounds");
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
    const { kid } = accessToken.header.parse(headerOf(token));
    const key = ring.find((candidate) => candidate.kid === kid);
    if (!key) throw new Error("unknown key");
    const payload = accessToken.payload.parse(verified(accessToken, token, key.secret, issuer, now));
    checkInstants(accessToken, payload, now);
    return { userId: payload.sub, sessionId: payload.sid, expiresAt: payload.exp * 1000 };
  });
}

/** The thumbprint a cluster's token says it is signed with, to look its public key up by. Throws Forbidden (401). */
export function clusterKeyId(token: string): string {
  return orUnauthenticated(() => clusterToken.header.parse(headerOf(token)).kid);
}

/** The cluster's id of a token it signed itself with the P-256 key `kid`. Throws Forbidden (401). */
export function verifyCluster(token: string, kid: string, publicKey: KeyObject, now: number): { clusterId: string } {
  return orUnauthenticated(() => {
    if (clusterToken.header.parse(headerOf(token)).kid !== kid) throw new Error("another key");
    if (publicKey.asymmetricKeyDetails?.namedCurve !== "prime256v1") throw new Error("not a P-256 key");
    const payload = clusterToken.payload.parse(verified(clusterToken, token, publicKey, kid, now));
    checkInstants(clusterToken, payload, now);
    return { clusterId: payload.sub };
  });
}
