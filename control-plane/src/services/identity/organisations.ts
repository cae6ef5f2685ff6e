import { randomUUID } from "node:crypto";
import type { Pool } from "../../db/pool.ts";
import { type Transaction, type Who, withTenant } from "../../db/tenant.ts";
import { Conflict, NotFound } from "../../errors.ts";
import { putMember } from "../../repositories/identity/members.ts";
import {
  findOrganisation,
  insertOrganisation,
  listOrganisations,
  type OrganisationRow,
  renameOrganisation,
} from "../../repositories/identity/organisations.ts";
import { type By, record } from "../activity/activity.ts";
import { afterCursor, pageOf } from "../cursor.ts";
import type { Keep } from "./answers.ts";

interface OrganisationView {
  id: string;
  slug: string;
  name: string;
  createdAt: string;
}

const view = ({ createdAt, ...org }: OrganisationRow): OrganisationView => ({
  ...org,
  createdAt: createdAt.toISOString(),
});

interface Listing {
  limit: number;
  cursor?: string | undefined;
  q?: string | undefined;
}

/** Organisations that `who` may see, by slug. */
export async function organisationPage(pool: Pool, who: Who, { limit, cursor, q }: Listing) {
  const [after = ""] = afterCursor(cursor, 1) ?? [];
  const rows = await withTenant(pool, who, (tx) => listOrganisations(tx, { after, search: q ?? "", limit: limit + 1 }));
  const { items, nextCursor } = pageOf(rows, limit, ({ slug }) => [slug]);
  return { items: items.map(view), nextCursor };
}

/** One organisation. */
export async function organisation(pool: Pool, who: Who, id: string): Promise<OrganisationView> {
  const row = await withTenant(pool, who, (tx) => findOrganisation(tx, id));
  if (!row) throw new NotFound();
  return view(row);
}

/** Inserts an organisation with its first owner, in a transaction that acts for `id` or the platform. Throws NameTaken. */
export async function found(
  tx: Transaction,
  by: By,
  org: { id: string; slug: string; name: string },
  ownerId: string,
): Promise<OrganisationRow> {
  const row = await insertOrganisation(tx, org);
  if (!row) throw slugTaken(org.slug);
  await putMember(tx, org.id, ownerId, "owner");
  const object = { kind: "organisation", id: org.id, name: org.slug };
  await record(tx, { by, org, action: "organisation.created", object, after: { name: org.name } });
  return row;
}

/** Creates an organisation; whoever creates it owns it. Throws NameTaken. */
export function createOrganisation(
  pool: Pool,
  userId: string,
  by: By,
  body: { slug: string; name: string },
  keep?: Keep,
): Promise<OrganisationView> {
  const id = randomUUID();
  return withTenant(pool, { userId, orgId: id }, async (tx) => {
    const reply = view(await found(tx, by, { id, ...body }, userId));
    await keep?.(tx, { reply });
    return reply;
  });
}

/** Renames an organisation. */
export function rename(
  pool: Pool,
  who: Who,
  by: By,
  org: { id: string; slug: string; name: string },
  name: string,
): Promise<OrganisationView> {
  return withTenant(pool, who, async (tx) => {
    const row = await renameOrganisation(tx, org.id, name);
    if (!row) throw new NotFound();
    const object = { kind: "organisation", id: org.id, name: org.slug };
    await record(tx, { by, org, action: "organisation.updated", object, before: { name: org.name }, after: { name } });
    return view(row);
  });
}

function slugTaken(slug: string): Conflict {
  return new Conflict({
    reason: "NameTaken",
    detail: `The name ${slug} is taken.`,
    remedy: "Choose another one.",
    errors: [{ pointer: "/slug", reason: "NameTaken", message: "is taken" }],
  });
}
