import type { OrgRole } from "../../contract/actions.ts";
import type { Pool } from "../../db/pool.ts";
import { type Transaction, type Who, withTenant } from "../../db/tenant.ts";
import { Conflict, Forbidden, NotFound } from "../../errors.ts";
import {
  deleteMember,
  findMember,
  listMembers,
  lockOwners,
  type MemberRow,
  putMember,
} from "../../repositories/identity/members.ts";
import { mayGrant, type Roles } from "../access.ts";
import { type By, record } from "../activity/activity.ts";
import { afterCursor, pageOf } from "../cursor.ts";

interface MemberView {
  id: string;
  email: string;
  name: string;
  role: OrgRole;
  since: string;
}

const view = ({ since, ...member }: MemberRow): MemberView => ({ ...member, since: since.toISOString() });

interface Listing {
  limit: number;
  cursor?: string | undefined;
  q?: string | undefined;
}

interface Org {
  id: string;
  slug: string;
}

/** Members of the organisation, by address. */
export async function memberPage(pool: Pool, who: Who, org: Org, { limit, cursor, q }: Listing) {
  const [after = ""] = afterCursor(cursor, 1) ?? [];
  const page = { after, search: q ?? "", limit: limit + 1 };
  const rows = await withTenant(pool, who, (tx) => listMembers(tx, org.id, page));
  const { items, nextCursor } = pageOf(rows, limit, ({ email }) => [email]);
  return { items: items.map(view), nextCursor };
}

/** Who changes a membership, with which right. */
export interface Acting {
  who: Who;
  by: By;
  roles: Roles;
  org: Org;
}

/** Gives a member another role. Throws Forbidden above one's own role, LastOwner when nobody would own the organisation. */
export function changeRole(pool: Pool, acting: Acting, userId: string, role: OrgRole): Promise<MemberView> {
  const { who, by, roles, org } = acting;
  return withTenant(pool, who, async (tx) => {
    const member = await changeable(tx, org.id, userId, roles);
    if (!mayGrant(role, roles)) throw aboveOwn(role);
    if (member.role === role) return view(member);
    if (role !== "owner") await keepOwner(tx, org.id, userId);
    await putMember(tx, org.id, userId, role);
    const object = { kind: "member", id: userId, name: member.email };
    await record(tx, { by, org, action: "member.updated", object, before: { role: member.role }, after: { role } });
    return view({ ...member, role });
  });
}

/** Ends a membership. Throws Forbidden above one's own role, LastOwner when nobody would own the organisation. */
export function removeMember(pool: Pool, { who, by, roles, org }: Acting, userId: string): Promise<void> {
  return withTenant(pool, who, async (tx) => {
    const member = await changeable(tx, org.id, userId, roles);
    await keepOwner(tx, org.id, userId);
    await deleteMember(tx, org.id, userId);
    const object = { kind: "member", id: userId, name: member.email };
    await record(tx, { by, org, action: "member.removed", object, before: { role: member.role } });
  });
}

async function changeable(tx: Transaction, orgId: string, userId: string, roles: Roles): Promise<MemberRow> {
  const member = await findMember(tx, orgId, userId);
  if (!member) throw new NotFound();
  if (!mayGrant(member.role, roles)) throw aboveOwn(member.role);
  return member;
}

async function keepOwner(tx: Transaction, orgId: string, userId: string): Promise<void> {
  const owners = await lockOwners(tx, orgId);
  if (owners.length !== 1 || owners[0] !== userId) return;
  throw new Conflict({
    reason: "LastOwner",
    detail: "This is the organisation's last owner.",
    remedy: "Make somebody else an owner first.",
  });
}

function aboveOwn(role: OrgRole): Forbidden {
  return new Forbidden({
    reason: "Forbidden",
    detail: `Your role may not give or take the role ${role}.`,
    remedy: "Ask an owner of the organisation.",
  });
}
