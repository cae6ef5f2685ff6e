import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";

/** The role requests run as; it owns nothing and cannot bypass row-level security. */
export const applicationRole = "skypanel_app";

export interface Migration {
  number: number;
  name: string;
  sql: string;
  checksum: string;
}

// An arbitrary number of our own: advisory locks share one space per database.
const migrating = 7_215_000;

/** The migrations in a folder, in their order. Throws when a number is missing or used twice. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => /^\d{6}_[a-z_]+\.sql$/.test(file)).sort();
  return Promise.all(
    files.map(async (file, index) => {
      const number = Number(file.slice(0, 6));
      if (number !== index + 1) throw new Error(`migration ${file} is out of order: expected number ${index + 1}`);
      const sql = await readFile(join(folder, file), "utf8");
      return { number, name: file.slice(7, -4), sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

const ensureRole = `do $$ begin
  create role ${applicationRole} nologin nosuperuser nobypassrls;
exception when duplicate_object or unique_violation then null;
end $$`;

const ensureTable = `create table if not exists schema_migrations (
  number int primary key,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default now()
)`;

/**
 * Brings the database of `ownerUrl` to the newest migration, in one transaction, and returns the names of those applied. Only
 * forwards: throws when a landed file has changed, or when the database is newer than this program's files.
 */
export async function migrate(ownerUrl: string, migrations: readonly Migration[]): Promise<string[]> {
  const client = new Client({ connectionString: ownerUrl, application_name: "skypanel-migrate" });
  await client.connect();
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1)", [migrating]);
    await client.query(ensureRole);
    await client.query(ensureTable);
    await client.query(`grant select on schema_migrations to ${applicationRole}`);
    const applied = await applyMissing(client, migrations);
    await client.query("commit");
    return applied;
  } finally {
    await client.end(); // an open transaction ends with its connection
  }
}

async function applyMissing(client: Client, migrations: readonly Migration[]): Promise<string[]> {
  const landed = await client.query<{ number: number; checksum: string }>(
    "select number, checksum from schema_migrations order by number",
  );
  const newest = landed.rows.at(-1)?.number ?? 0;
  if (newest > migrations.length) throw new Error(`the database is at migration ${newest}, newer than this program`);
  for (const { number, checksum } of landed.rows) {
    const file = migrations[number - 1];
    if (file?.checksum !== checksum) throw new Error(`migration ${number} has landed and was changed afterwards`);
  }
  const missing = migrations.slice(newest);
  for (const { number, name, sql, checksum } of missing) {
    await client.query(sql);
    const insert = "insert into schema_migrations (number, name, checksum) values ($1, $2, $3)";
    await client.query(insert, [number, name, checksum]);
  }
  return missing.map(({ name }) => name);
}
