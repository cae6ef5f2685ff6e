import { randomUUID } from "node:crypto";
import type { OrgRole, PlatformRole } from "../../contract/actions.ts";
import type { Pool } from "../../db/pool.ts";
import { type Transaction, type Who, withTenant } from "../../db/tenant.ts";
import { Conflict, Invalid } from "../../errors.ts";
import { putMember } from "../../repositories/identity/members.ts";
import { findOrganisationBySlug } from "../../repositories/identity/organisations.ts";
import { hasAdministrator, insertUser, type UserRow } from "../../repositories/identity/users.ts";
import { type By, record } from "../activity/activity.ts";
import type { Keep } from "./answers.ts";
import { found } from "./organisations.ts";
import type { Passwords } from "./passwords.ts";

interface Deps {
  pool: Pool;
  passwords: Passwords;
}

interface NewUser {
  email: string;
  name: string;
  password: string;
  organisation?: { slug: string; name: string } | undefined;
  memberships: { organisation: string; role: OrgRole }[];
}

interface UserView {
  id: string;
  email: string;
  name: string;
  platformRole: PlatformRole | null;
}

const view = ({ id, email, name, platformRole }: UserRow): UserView => ({ id, email, name, platformRole });

/** Creates a user with an organisation of their own, as member of existing ones, or both. Throws NameTaken. */
export async function createUser(
  { pool, passwords }: Deps,
  who: Who,
  by: By,
  body: NewUser,
  keep?: Keep,
): Promise<UserView> {
  const passwordHash = await passwords.hash(body.password);
  return withTenant(pool, who, async (tx) => {
    const user = await add(tx, by, { email: body.email, name: body.name, passwordHash, platformRole: null });
    if (body.organisation) await found(tx, by, { id: randomUUID(), ...body.organisation }, user.id);
    for (const [index, { organisation, role }] of body.memberships.entries()) {
      await join(tx, by, user, organisation, role, `/memberships/${index}/organisation`);
    }
    const reply = view(user);
    await keep?.(tx, { reply });
    return reply;
  });
}

async function add(tx: Transaction, by: By, fields: Omit<UserRow, "id">): Promise<UserRow> {
  const user = await insertUser(tx, fields);
  if (!user) throw addressTaken();
  const object = { kind: "user", id: user.id, name: user.email };
  await record(tx, { by, org: null, action: "user.created", object, after: { name: user.name } });
  return user;
}

async function join(
  tx: Transaction,
  by: By,
  user: UserRow,
  slug: string,
  role: OrgRole,
  pointer: string,
): Promise<void> {
  const org = await findOrganisationBySlug(tx, slug);
  if (!org) throw unknownOrganisation(slug, pointer);
  await putMember(tx, org.id, user.id, role);
  const object = { kind: "member", id: user.id, name: user.email };
  await record(tx, { by, org, action: "member.added", object, after: { role } });
}

export interface FirstAdministrator {
  email: string;
  password: string;
  organisation: string;
}

/** Creates the platform's first administrator and their organisation; false, and nothing, when there is one already. */
export async function createFirstAdministrator({ pool, passwords }: Deps, first: FirstAdministrator): Promise<boolean> {
  const passwordHash = await passwords.hash(first.password);
  const by: By = { kind: "system", id: null, name: "first start", email: null, address: null, requestId: null };
  return withTenant(pool, { platform: true }, async (tx) => {
    if (await hasAdministrator(tx)) return false;
    const user = await add(tx, by, { email: first.email, name: "Administrator", passwordHash, platformRole: "admin" });
    const { organisation: slug } = first;
    const name = slug.charAt(0).toUpperCase() + slug.slice(1);
    await found(tx, by, { id: randomUUID(), slug, name }, user.id);
    return true;
  });
}

function addressTaken(): Conflict {
  return new Conflict({
    reason: "NameTaken",
    detail: "There is a user with this e-mail address.",
    remedy: "Use another address.",
    errors: [{ pointer: "/email", reason: "NameTaken", message: "is taken" }],
  });
}

function unknownOrganisation(slug: string, pointer: string): Invalid {
  return new Invalid({
    reason: "Invalid",
    detail: `${pointer}: there is no organisation ${slug}`,
    remedy: "Create the organisation first, or correct its name.",
    errors: [{ pointer, reason: "NotFound", message: "is not an organisation" }],
  });
}
