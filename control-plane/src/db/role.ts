import { Client } from "pg";
import { applicationRole } from "./migrate.ts";
import type { Pool } from "./pool.ts";

/** Lets the application's role sign in with this password; for servers we run ourselves. */
export async function allowSignIn(ownerUrl: string, password: string): Promise<void> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    // DDL takes no parameters: the password is quoted by the driver.
    await client.query(`alter role ${applicationRole} login password ${client.escapeLiteral(password)}`);
  } finally {
    await client.end();
  }
}

/** The same server and database as `ownerUrl`, as the application's role. */
export function applicationUrl(ownerUrl: string, password: string): string {
  const url = new URL(ownerUrl);
  url.username = applicationRole;
  url.password = encodeURIComponent(password);
  return url.href;
}

interface RoleFacts {
  name: string;
  superuser: boolean;
  bypass: boolean;
  owned: number;
  migration: number;
}

const facts = `select r.rolname as name, r.rolsuper as superuser, r.rolbypassrls as bypass,
  (select count(*) from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p'))::int as owned,
  (select coalesce(max(number), 0) from schema_migrations)::int as migration
  from pg_roles r where r.rolname = current_user`;

/**
 * What is wrong with the role and schema we were given, in one sentence, or undefined. A role that can bypass row-level
 * security would serve every tenant to every other, silently.
 */
export async function roleProblem(pool: Pool, newestMigration: number): Promise<string | undefined> {
  const [role] = (await pool.query<RoleFacts>(facts)).rows;
  if (!role) return "the database does not know the role we signed in as";
  if (role.superuser) return `the role ${role.name} is a superuser: row-level security does not bind it`;
  if (role.bypass) return `the role ${role.name} has BYPASSRLS: row-level security does not bind it`;
  if (role.owned > 0) return `the role ${role.name} owns tables: it could switch row-level security off`;
  if (role.migration < newestMigration) return `the database is at migration ${role.migration} of ${newestMigration}`;
  return undefined;
}
