import type { OrgRole } from "../../contract/actions.ts";
import { isTaken } from "../../db/failures.ts";
import type { Transaction } from "../../db/tenant.ts";

export interface OrganisationRow {
  id: string;
  slug: string;
  name: string;
  createdAt: Date;
}

const columns = `id, slug, name, created_at as "createdAt"`;

/** Inserts an organisation under an id that the transaction acts for; undefined when the slug is taken. */
export async function insertOrganisation(
  tx: Transaction,
  org: { id: string; slug: string; name: string },
): Promise<OrganisationRow | undefined> {
  const text = `insert into organisations (id, slug, name) values ($1, $2, $3) returning ${columns}`;
  try {
    return await tx.row<OrganisationRow>(text, [org.id, org.slug, org.name]);
  } catch (error) {
    // Translated: the unique constraint decides, and it sees slugs that row-level security hides.
    if (isTaken(error, "organisations_slug_key")) return undefined;
    throw error;
  }
}

/** The organisation, if the transaction may see it. */
export function findOrganisation(tx: Transaction, id: string): Promise<OrganisationRow | undefined> {
  return tx.row<OrganisationRow>(`select ${columns} from organisations where id = $1`, [id]);
}

/** The organisation of this name, if the transaction may see it. */
export function findOrganisationBySlug(tx: Transaction, slug: string): Promise<OrganisationRow | undefined> {
  return tx.row<OrganisationRow>(`select ${columns} from organisations where slug = $1`, [slug]);
}

/** Gives an organisation another name. */
export function renameOrganisation(tx: Transaction, id: string, name: string): Promise<OrganisationRow | undefined> {
  return tx.row<OrganisationRow>(`update organisations set name = $2 where id = $1 returning ${columns}`, [id, name]);
}

/** Organisations the transaction may see, by slug, after `after`; `search` is looked for in slug and name. */
export function listOrganisations(
  tx: Transaction,
  page: { after: string; search: string; limit: number },
): Promise<OrganisationRow[]> {
  return tx.rows<OrganisationRow>(
    `select ${columns} from organisations
     where slug > $1 and ($2 = '' or strpos(slug, lower($2)) > 0 or strpos(lower(name), lower($2)) > 0)
     order by slug limit $3`,
    [page.after, page.search, page.limit],
  );
}

/** Organisations the transaction may see, by name, with the role of `userId` in each: null for a platform role alone. */
export function listMemberships(
  tx: Transaction,
  userId: string,
  limit: number,
): Promise<{ id: string; slug: string; name: string; role: OrgRole | null }[]> {
  return tx.rows(
    `select o.id, o.slug, o.name, m.role from organisations o
     left join members m on m.org_id = o.id and m.user_id = $1
     order by m.role is null, o.slug limit $2`,
    [userId, limit],
  );
}
