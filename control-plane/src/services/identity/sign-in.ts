import { createHash, randomBytes, randomUUID } from "node:crypto";
import { limits } from "@skypanel/crds/limits.ts";
import type { Pool } from "../../db/pool.ts";
import { type Transaction, withTenant, withTransaction } from "../../db/tenant.ts";
import { Forbidden } from "../../errors.ts";
import { insertSession, lockSession, markRotated, revokeFamily } from "../../repositories/identity/sessions.ts";
import { findUser, findUserByEmail, setPasswordHash, type UserRow } from "../../repositories/identity/users.ts";
import { type By, record } from "../activity/activity.ts";
import { isOutdated, type Passwords } from "./passwords.ts";

/** Where a session is used from; shown to its owner. */
export interface From {
  userAgent: string | null;
  address: string | null;
  requestId: string;
}

/** A session that goes on: the refresh token is known to its browser alone, Postgres keeps a hash. */
export interface SignedIn {
  userId: string;
  sessionId: string;
  refreshToken: string;
}

// Two tabs may refresh at once; later than this, a used token is a stolen one (guarantees.md, G-S1).
const reuseMillis = 10_000;

const hashOf = (token: string) => createHash("sha256").update(token).digest();

function byUser(user: UserRow, from: From): By {
  const { id, name, email } = user;
  return { kind: "user", id, name, email, address: from.address, requestId: from.requestId };
}

async function newToken(tx: Transaction, userId: string, family: string, from: From): Promise<string> {
  const token = `sp_ref_${randomBytes(32).toString("base64url")}`;
  await insertSession(tx, {
    userId,
    family,
    tokenHash: hashOf(token),
    lifeMillis: limits.session.refreshMillis,
    userAgent: from.userAgent?.slice(0, 300) ?? null,
    address: from.address,
  });
  return token;
}

/** Begins a session. Throws Forbidden when address and password do not belong together; it never says which is wrong. */
export async function signIn(
  { pool, passwords }: { pool: Pool; passwords: Passwords },
  account: { email: string; password: string },
  from: From,
): Promise<SignedIn> {
  const user = await withTransaction(pool, (tx) => findUserByEmail(tx, account.email));
  const matches = await passwords.matches(user?.passwordHash, account.password);
  if (!user || !matches) throw wrongCredentials();
  const rehashed = isOutdated(user.passwordHash) ? await passwords.hash(account.password) : undefined;
  const sessionId = randomUUID();
  return withTenant(pool, { userId: user.id, platform: true }, async (tx) => {
    if (rehashed !== undefined) await setPasswordHash(tx, user.id, rehashed);
    const refreshToken = await newToken(tx, user.id, sessionId, from);
    const object = { kind: "session", id: sessionId, name: user.email };
    await record(tx, { by: byUser(user, from), org: null, action: "session.started", object });
    return { userId: user.id, sessionId, refreshToken };
  });
}

/** Exchanges a refresh token for the next. Throws Forbidden when it is unknown, ended, or was used up some time ago. */
export async function refresh(pool: Pool, token: string, from: From): Promise<SignedIn> {
  const next = await withTenant(pool, { platform: true }, async (tx) => {
    const session = await lockSession(tx, hashOf(token));
    const user = session && (await findUser(tx, session.userId));
    if (!session || !user || session.ended) return undefined;
    const { family, rotatedMillisAgo } = session;
    if (rotatedMillisAgo !== null && rotatedMillisAgo > reuseMillis) {
      await revokeFamily(tx, family);
      const object = { kind: "session", id: family, name: user.email };
      await record(tx, { by: byUser(user, from), org: null, action: "session.reused", object });
      return undefined; // returned and not thrown: the revocation must be committed
    }
    await markRotated(tx, session.id);
    return { userId: user.id, sessionId: family, refreshToken: await newToken(tx, user.id, family, from) };
  });
  if (!next) throw sessionEnded();
  return next;
}

/** Ends a session: each of its tokens, refresh and access, is refused from now on. */
export async function signOut(pool: Pool, by: By, sessionId: string): Promise<void> {
  await withTenant(pool, { platform: true }, async (tx) => {
    await revokeFamily(tx, sessionId);
    const object = { kind: "session", id: sessionId, name: by.email ?? by.name };
    await record(tx, { by, org: null, action: "session.ended", object });
  });
}

function wrongCredentials(): Forbidden {
  return new Forbidden({
    reason: "Unauthenticated",
    detail: "E-mail address and password do not match.",
    remedy: "Check both and try again.",
  });
}

function sessionEnded(): Forbidden {
  return new Forbidden({
    reason: "SessionExpired",
    detail: "The session has ended.",
    remedy: "Sign in again.",
  });
}
