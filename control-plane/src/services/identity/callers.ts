import type { OrgRole, PlatformRole } from "../../contract/actions.ts";
import type { Pool } from "../../db/pool.ts";
import { withTenant } from "../../db/tenant.ts";
import { findOrganisationBySlug } from "../../repositories/identity/organisations.ts";
import { type CallerRow, findCallerRow } from "../../repositories/identity/sessions.ts";

interface Claims {
  userId: string;
  sessionId: string;
  expiresAt: number;
}

interface Org {
  id: string;
  slug: string;
  name: string;
  role: OrgRole | null;
}

interface FoundCaller {
  user: { id: string; email: string; name: string };
  platformRole: PlatformRole | null;
  sessionId: string;
  expiresAt: number;
  org?: Org;
}

/**
 * Who the claims speak for, as Postgres knows them now: undefined once the session or the user is gone. `org` is absent when
 * `slug` names no organisation, or one they may not see; the caller cannot tell which.
 */
export async function findCaller(
  pool: Pool,
  claims: Claims,
  slug: string | undefined,
): Promise<FoundCaller | undefined> {
  const { userId, sessionId, expiresAt } = claims;
  const row = await withTenant(pool, { userId }, (tx) => findCallerRow(tx, userId, sessionId, slug ?? null));
  if (!row) return undefined;
  const { id, email, name, platformRole } = row;
  const org = (await memberOf(row)) ?? (await platformView(pool, row, slug));
  return { user: { id, email, name }, platformRole, sessionId, expiresAt, ...(org && { org }) };
}

async function memberOf({ orgId, orgSlug, orgName, orgRole }: CallerRow): Promise<Org | undefined> {
  if (orgId === null || orgSlug === null || orgName === null || orgRole === null) return undefined;
  return { id: orgId, slug: orgSlug, name: orgName, role: orgRole };
}

// Platform roles reach organisations they are no member of; only they are asked about in the platform's name.
async function platformView(pool: Pool, row: CallerRow, slug: string | undefined): Promise<Org | undefined> {
  if (slug === undefined || row.platformRole === null) return undefined;
  const who = { userId: row.id, platform: true };
  const org = await withTenant(pool, who, (tx) => findOrganisationBySlug(tx, slug));
  return org && { id: org.id, slug: org.slug, name: org.name, role: null };
}
