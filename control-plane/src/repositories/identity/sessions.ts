import type { OrgRole, PlatformRole } from "../../contract/actions.ts";
import type { Transaction } from "../../db/tenant.ts";

export interface NewSession {
  userId: string;
  family: string;
  tokenHash: Buffer;
  lifeMillis: number;
  userAgent: string | null;
  address: string | null;
}

/** Stores a refresh token's hash, valid for `lifeMillis` of Postgres's time. */
export async function insertSession(tx: Transaction, session: NewSession): Promise<void> {
  await tx.run(
    `insert into sessions (user_id, family, token_hash, expires_at, user_agent, address)
     values ($1, $2, $3, skypanel_now() + $4 * interval '1 millisecond', $5, $6)`,
    [session.userId, session.family, session.tokenHash, session.lifeMillis, session.userAgent, session.address],
  );
}

export interface SessionRow {
  id: string;
  userId: string;
  family: string;
  ended: boolean;
  /** How long ago the token was used up; null if it was not. */
  rotatedMillisAgo: number | null;
}

/** The session of a refresh token, held until the transaction ends so that one of two users of it is the second. */
export function lockSession(tx: Transaction, tokenHash: Buffer): Promise<SessionRow | undefined> {
  return tx.row<SessionRow>(
    `select id, user_id as "userId", family, revoked_at is not null or expires_at <= skypanel_now() as ended,
       (extract(epoch from skypanel_now() - rotated_at) * 1000)::float8 as "rotatedMillisAgo"
     from sessions where token_hash = $1 for update`,
    [tokenHash],
  );
}

/** Marks the token as used up, the first time only. */
export async function markRotated(tx: Transaction, id: string): Promise<void> {
  await tx.run("update sessions set rotated_at = coalesce(rotated_at, skypanel_now()) where id = $1", [id]);
}

/** Ends every token of a sign-in. */
export async function revokeFamily(tx: Transaction, family: string): Promise<void> {
  await tx.run("update sessions set revoked_at = skypanel_now() where family = $1 and revoked_at is null", [family]);
}

/** Removes sessions whose last token has expired. */
export function deleteExpiredSessions(tx: Transaction): Promise<number> {
  return tx.run("delete from sessions where expires_at <= skypanel_now()");
}

export interface CallerRow {
  id: string;
  email: string;
  name: string;
  platformRole: PlatformRole | null;
  orgId: string | null;
  orgSlug: string | null;
  orgName: string | null;
  orgRole: OrgRole | null;
}

/** The user of a live session, and the organisation called `slug` if row-level security shows it to them. */
export function findCallerRow(
  tx: Transaction,
  userId: string,
  family: string,
  slug: string | null,
): Promise<CallerRow | undefined> {
  return tx.row<CallerRow>(
    `select u.id, u.email, u.name, u.platform_role as "platformRole",
       o.id as "orgId", o.slug as "orgSlug", o.name as "orgName", m.role as "orgRole"
     from users u
     left join organisations o on o.slug = $3
     left join members m on m.org_id = o.id and m.user_id = u.id
     where u.id = $1 and exists (
       select from sessions s
       where s.family = $2 and s.user_id = u.id and s.revoked_at is null and s.expires_at > skypanel_now())`,
    [userId, family, slug],
  );
}
