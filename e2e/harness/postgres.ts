import { randomBytes } from "node:crypto";
import { limits } from "@skypanel/crds/limits.ts";
import { inject } from "vitest";
import { openPool, type Pool } from "../../control-plane/src/db/pool.ts";
import { applicationUrl } from "../../control-plane/src/db/role.ts";

/** Where the run's server is; strings, because they travel to the workers. */
export interface PostgresOfRun {
  ownerUrl: string;
  password: string;
}

/** A database without a table, for tests of migrations. */
export interface EmptyDatabase {
  ownerUrl: string;
  /** Runs a statement as the owner and returns its rows. */
  owner<T>(text: string, values?: readonly unknown[]): Promise<T[]>;
  close(): Promise<void>;
}

/** A database of a test file's own, seen as the application's role. */
export interface TestDatabase extends EmptyDatabase {
  url: string;
  pool: Pool;
  /** Sets SQL's clock, or gives it back to Postgres. */
  setTime(at: Date | null): Promise<void>;
}

// A template is copied within a second or two, however busy the machine is.
const patient = { statementMillis: 60_000, lockMillis: 60_000, idleInTransactionMillis: 60_000 };

/** Runs one statement on a connection of its own and returns its rows. */
export async function asOwner<T>(url: string, text: string, values: readonly unknown[] = []): Promise<T[]> {
  const pool = openPool({ url, size: 1, limits: patient, onIdleError: () => {} });
  try {
    return (await pool.query(text, [...values])).rows;
  } finally {
    await pool.end();
  }
}

function databaseUrl(ownerUrl: string, name: string): string {
  const url = new URL(ownerUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function create(template: string): Promise<EmptyDatabase> {
  const run = inject("postgres");
  const name = `test_${randomBytes(6).toString("hex")}`;
  await asOwner(run.ownerUrl, `create database ${name} template ${template} strategy file_copy`);
  const ownerUrl = databaseUrl(run.ownerUrl, name);
  return {
    ownerUrl,
    owner: (text, values) => asOwner(ownerUrl, text, values),
    close: async () => void (await asOwner(run.ownerUrl, `drop database ${name} with (force)`)),
  };
}

/** A database with nothing in it. */
export const emptyDatabase = (): Promise<EmptyDatabase> => create("template0");

/** Clones the migrated template: about 50 ms, and nothing of another file is in it. */
export async function testDatabase(): Promise<TestDatabase> {
  const database = await create("skypanel_template");
  const url = applicationUrl(database.ownerUrl, inject("postgres").password);
  const pool = openPool({ url, size: 10, limits: limits.postgres, onIdleError: () => {} });
  return {
    ...database,
    url,
    pool,
    async setTime(at) {
      await database.owner("with gone as (delete from test_clock) insert into test_clock select $1::timestamptz", [at]);
    },
    async close() {
      await pool.end();
      await database.close();
    },
  };
}
