import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { limits } from "@skypanel/crds/limits.ts";
import { ConfigInvalid } from "@skypanel/runtime/env.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import type { Config } from "./config.ts";
import { type Embedded, startEmbedded } from "./db/embedded.ts";
import { migrate, readMigrations } from "./db/migrate.ts";
import { openPool, type Pool } from "./db/pool.ts";
import { allowSignIn, applicationUrl, roleProblem } from "./db/role.ts";
import { readOrMakeSecret } from "./keys.ts";

const migrationsFolder = fileURLToPath(new URL("../../migrations", import.meta.url));
const embeddedDatabase = "postgres";

/** The database, migrated and checked, as the application's role. */
export interface Database {
  pool: Pool;
  /** For counters of requests, which need no disk. */
  counters: Pool;
  url: string;
  close(): Promise<void>;
}

type Options = Pick<Config, "database" | "poolSize"> & { log: Log; onLost(): void };

/** Opens the database: the one given, or a Postgres of our own. Throws ConfigInvalid when its role could see all tenants. */
export async function openDatabase(options: Options): Promise<Database> {
  const { database } = options;
  if (database.k === "embedded") return openEmbedded(database.folder, options);
  if (database.migrationUrl !== undefined) await migrateTo(database.migrationUrl, options.log);
  return connect(database.url, options);
}

/** Applies the migrations that are missing, as the owner of the tables. */
export async function migrateTo(ownerUrl: string, log: Log): Promise<void> {
  const applied = await migrate(ownerUrl, await readMigrations(migrationsFolder));
  log.info({ applied }, "database migrated");
}

async function openEmbedded(folder: string, options: Options): Promise<Database> {
  const { log, onLost } = options;
  const server = await startEmbedded({
    folder: `${folder}/postgres`,
    password: await readOrMakeSecret(`${folder}/postgres.key`),
    durable: true,
    onLog: (line) => log.debug({ line }, "postgres spoke"),
    onExit: onLost,
  });
  try {
    const database = await connect(await prepare(server, log), options);
    return {
      ...database,
      async close() {
        await database.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop(); // released: nobody else would end it
    throw error;
  }
}

async function prepare(server: Embedded, log: Log): Promise<string> {
  const ownerUrl = server.url(embeddedDatabase);
  await migrateTo(ownerUrl, log);
  // A password for this run alone: it is needed nowhere but in this process.
  const password = randomBytes(24).toString("hex");
  await allowSignIn(ownerUrl, password);
  return applicationUrl(ownerUrl, password);
}

async function connect(url: string, { poolSize, log }: Options): Promise<Database> {
  // The driver hangs its whole connection on the error: only the sentence is for the log.
  const onIdleError = ({ message }: Error) => log.warn({ reason: message }, "an idle database connection ended");
  const options = { url, limits: limits.postgres, onIdleError };
  const pool = openPool({ ...options, size: poolSize });
  const counters = openPool({ ...options, size: Math.ceil(poolSize / 4), relaxed: true });
  const close = async () => {
    await Promise.all([pool.end(), counters.end()]);
  };
  const newest = (await readMigrations(migrationsFolder)).length;
  const problem = await roleProblem(pool, newest);
  if (problem === undefined) return { pool, counters, url, close };
  await close();
  throw new ConfigInvalid(`configuration is invalid: DATABASE_URL: ${problem}`);
}
