import { type Action, actions, type OrgRole, type PlatformRole } from "../../contract/actions.ts";
import type { Pool } from "../../db/pool.ts";
import { withTenant } from "../../db/tenant.ts";
import { NotFound } from "../../errors.ts";
import { listMemberships } from "../../repositories/identity/organisations.ts";
import { findUser } from "../../repositories/identity/users.ts";
import { may, type Roles } from "../access.ts";

const shown = 200;

interface SessionView {
  user: { id: string; email: string; name: string; platformRole: PlatformRole | null };
  organisations: { id: string; slug: string; name: string; role: OrgRole | null; actions: Action[] }[];
  actions: Action[];
}

const granted = (roles: Roles) => actions.filter((action) => action !== "public" && may(action, roles));

/** The user, their organisations, and what they may do in each; a platform role sees them all. */
export async function sessionView(pool: Pool, userId: string): Promise<SessionView> {
  const user = await withTenant(pool, { userId }, (tx) => findUser(tx, userId));
  if (!user) throw new NotFound();
  const { id, email, name, platformRole } = user;
  const who = { userId, platform: platformRole !== null };
  const memberships = await withTenant(pool, who, (tx) => listMemberships(tx, userId, shown));
  return {
    user: { id, email, name, platformRole },
    organisations: memberships.map((org) => ({ ...org, actions: granted({ org: org.role, platform: platformRole }) })),
    actions: granted({ org: null, platform: platformRole }),
  };
}
