import type { OrgRole } from "../../contract/actions.ts";
import type { Transaction } from "../../db/tenant.ts";

export interface MemberRow {
  id: string;
  email: string;
  name: string;
  role: OrgRole;
  since: Date;
}

const columns = "u.id, u.email, u.name, m.role, m.created_at as since";

/** Makes a user a member, or changes what they are. */
export async function putMember(tx: Transaction, orgId: string, userId: string, role: OrgRole): Promise<void> {
  await tx.run(
    `insert into members (org_id, user_id, role) values ($1, $2, $3)
     on conflict (org_id, user_id) do update set role = excluded.role`,
    [orgId, userId, role],
  );
}

/** Members by address, after `after`; `search` is looked for in address and name. */
export function listMembers(
  tx: Transaction,
  orgId: string,
  page: { after: string; search: string; limit: number },
): Promise<MemberRow[]> {
  return tx.rows<MemberRow>(
    `select ${columns} from members m join users u on u.id = m.user_id
     where m.org_id = $1 and u.email > $2
       and ($3 = '' or strpos(u.email, lower($3)) > 0 or strpos(lower(u.name), lower($3)) > 0)
     order by u.email limit $4`,
    [orgId, page.after, page.search, page.limit],
  );
}

/** One member. */
export function findMember(tx: Transaction, orgId: string, userId: string): Promise<MemberRow | undefined> {
  return tx.row<MemberRow>(
    `select ${columns} from members m join users u on u.id = m.user_id where m.org_id = $1 and m.user_id = $2`,
    [orgId, userId],
  );
}

/** Ids of all owners, held until the transaction ends: two who leave at once do so one after the other. */
export async function lockOwners(tx: Transaction, orgId: string): Promise<string[]> {
  const text = "select user_id as id from members where org_id = $1 and role = 'owner' order by user_id for update";
  return (await tx.rows<{ id: string }>(text, [orgId])).map(({ id }) => id);
}

/** Ends a membership. */
export async function deleteMember(tx: Transaction, orgId: string, userId: string): Promise<void> {
  await tx.run("delete from members where org_id = $1 and user_id = $2", [orgId, userId]);
}
