import type { OrgRole, PlatformRole } from "../contract/actions.ts";

/** The organisation an endpoint's `{org}` names; `role` is null for a platform role that is no member. */
export interface CallerOrg {
  id: string;
  slug: string;
  name: string;
  role: OrgRole | null;
}

/** Who asks, read from Postgres for each request: a removed member is gone at once (guarantees.md, A6.2). */
export interface Caller {
  user: { id: string; email: string; name: string };
  platformRole: PlatformRole | null;
  /** The family of refresh tokens this sign-in began. */
  sessionId: string;
  /** When the access token ends, in milliseconds: a stream must not outlive it unasked. */
  expiresAt: number;
  org?: CallerOrg;
}

/** The caller of an endpoint below `/orgs/{org}`. */
export interface OrgCaller extends Caller {
  org: CallerOrg;
}

/** In whose name the database is asked: within an organisation nobody has the platform's view. */
export function whoOf(caller: Caller): { userId: string; orgId?: string; platform?: boolean } {
  if (caller.org) return { userId: caller.user.id, orgId: caller.org.id };
  return caller.platformRole ? { userId: caller.user.id, platform: true } : { userId: caller.user.id };
}

/** What activity and the journal write down about who acted, and by which request. */
export function byOf({ caller, address, requestId }: { caller: Caller; address: string; requestId: string }) {
  return { kind: "user" as const, ...caller.user, address, requestId };
}
