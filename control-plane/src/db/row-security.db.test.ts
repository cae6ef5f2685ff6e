import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../e2e/harness/postgres.ts";
import { withTenant, withTransaction } from "./tenant.ts";

// Every table with an org_id, and organisations themselves. A new one fails here until it has a row to be hidden.
const plant: Record<string, (org: string, cluster: string, app: string) => [text: string, values: unknown[]]> = {
  organisations: (org) => [
    "insert into organisations (id, slug, name) values ($1, 'o' || left(($1::uuid)::text, 8), 'x')",
    [org],
  ],
  members: (org) => [
    `with u as (insert into users (email, name, password_hash) values (gen_random_uuid() || '@a.test', 'x', 'x') returning id)
     insert into members (org_id, user_id, role) select $1, id, 'owner' from u`,
    [org],
  ],
  activity: (org) => [
    `insert into activity (org_id, actor_kind, actor_name, action, object_kind, object_name)
     values ($1, 'system', 'x', 'x', 'x', 'x')`,
    [org],
  ],
  tenants: (org, cluster) => [
    "insert into tenants (org_id, cluster_id, name) values ($1, $2, ($1::uuid)::text)",
    [org, cluster],
  ],
  desired_commits: (org, cluster) => [
    `insert into desired_commits (cluster_id, seq, org_id, author_name, author_email, message)
     select $2, coalesce(max(seq), 0) + 1, $1, 'x', 'x', 'x' from desired_commits where cluster_id = $2`,
    [org, cluster],
  ],
  desired_changes: (org, cluster) => [
    `insert into desired_changes (cluster_id, seq, path, org_id)
     select cluster_id, seq, 'x', org_id from desired_commits where org_id = $1 and cluster_id = $2`,
    [org, cluster],
  ],
  desired_files: (org, cluster) => [
    "insert into desired_files (cluster_id, path, org_id, revision, seq) values ($2, ($1::uuid)::text, $1, repeat('0', 40), 1)",
    [org, cluster],
  ],
  observations: (org, cluster) => [
    `insert into observations (cluster_id, uid, kind, name, org_id, managed_by, generation, observed_at, epoch, seq)
     values ($2, ($1::uuid)::text, 'App', 'x', $1, 'kubectl', 1, now(), 1, 1)`,
    [org, cluster],
  ],
  apps: (org, cluster, app) => [
    `insert into apps (id, org_id, cluster_id, name, title, slug, image, processes, revision)
     values ($3, $1, $2, 'x', 'x', ($1::uuid)::text, 'x', '[]', repeat('0', 40))`,
    [org, cluster, app],
  ],
  org_data_keys: (org) => ["insert into org_data_keys (org_id, id, wrapped) values ($1, $1, 'x')", [org]],
  app_variables: (org, _cluster, app) => [
    `insert into app_variables (org_id, app_id, key, version, data_key_id, nonce, ciphertext)
     values ($1, $2, 'X', 1, $1, decode(repeat('00', 12), 'hex'), 'x')`,
    [org, app],
  ],
};

const [mine, theirs, cluster] = [randomUUID(), randomUUID(), randomUUID()];
const orgColumn = (table: string) => (table === "organisations" ? "id" : "org_id");

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await database.owner(
    "insert into clusters (id, slug, name, region, base_domain, ingress) values ($1, 'c', 'c', 'r', 'd', '{}')",
    [cluster],
  );
  for (const org of [mine, theirs]) {
    const app = randomUUID();
    for (const row of Object.values(plant)) await database.owner(...row(org, cluster, app));
  }
});
afterAll(() => database.close());

const seen = (who: Parameters<typeof withTenant>[1], table: string) =>
  withTenant(database.pool, who, (tx) => tx.rows<{ org: string }>(`select ${orgColumn(table)} as org from ${table}`));

describe("T-A01 row-level security", () => {
  it("is forced on every table of a tenant", async () => {
    const tables = await database.owner<{ name: string; forced: boolean }>(
      `select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced from pg_class c
       where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and (c.relname = 'organisations' or exists (
         select from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id')) order by 1`,
    );
    expect(tables).toEqual(
      Object.keys(plant)
        .sort()
        .map((name) => ({ name, forced: true })),
    );
  });

  it.each(Object.keys(plant))("shows of %s only one's own rows", async (table) => {
    expect((await seen({ orgId: mine }, table)).map(({ org }) => org)).toEqual([mine]);
  });

  it.each(Object.keys(plant))("shows nothing of %s without a name", async (table) => {
    const rows = await withTransaction(database.pool, (tx) => tx.rows(`select 1 from ${table}`));
    expect(rows).toEqual([]);
  });

  it.each(Object.keys(plant))("shows nothing of %s to a stranger", async (table) => {
    await expect(seen({ userId: randomUUID(), orgId: randomUUID() }, table)).resolves.toEqual([]);
  });

  it.each(Object.keys(plant))("takes no row for %s in another's name", async (table) => {
    const [text, values] = plant[table]?.(theirs, cluster, randomUUID()) ?? ["", []];
    const write = withTenant(database.pool, { orgId: mine }, (tx) => tx.run(text, values));
    // desired_changes are chosen from commits: of others there are none, so nothing is written at all.
    if (table === "desired_changes") await expect(write).resolves.toBe(0);
    else await expect(write).rejects.toThrow(/row-level security|permission denied/);
  });

  it.each(["organisations", "members", "tenants", "desired_files", "apps", "app_variables"])(
    "changes no row of %s of another",
    async (table) => {
      const column = orgColumn(table);
      const text = `update ${table} set ${column} = ${column} where ${column} = $1`;
      await expect(withTenant(database.pool, { orgId: mine }, (tx) => tx.run(text, [theirs]))).resolves.toBe(0);
    },
  );

  it("binds a child to its own parent's organisation", async () => {
    const [app] = await database.owner<{ id: string }>("select id from apps where org_id = $1", [theirs]);
    const [text, values] = plant.app_variables?.(mine, cluster, app?.id ?? "") ?? ["", []];
    const write = withTenant(database.pool, { orgId: mine }, (tx) => tx.run(text, values));
    await expect(write).rejects.toThrow("app_variables_org_id_app_id_fkey");
  });

  it("shows a cluster no more than what is placed on it", async () => {
    for (const table of ["tenants", "desired_commits", "desired_changes", "desired_files", "observations"]) {
      await expect(seen({ clusterId: cluster }, table)).resolves.toHaveLength(2);
      await expect(seen({ clusterId: randomUUID() }, table)).resolves.toEqual([]);
    }
  });

  it("T-A12 lets nobody change or remove a line of activity", async () => {
    for (const text of ["update activity set action = 'y'", "delete from activity", "truncate activity"]) {
      const write = withTenant(database.pool, { platform: true }, (tx) => tx.run(text));
      await expect(write).rejects.toThrow("permission denied");
    }
  });
});
