import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startEmbedded } from "../../control-plane/src/db/embedded.ts";
import { migrate, readMigrations } from "../../control-plane/src/db/migrate.ts";
import { allowSignIn } from "../../control-plane/src/db/role.ts";
import { asOwner, type PostgresOfRun } from "./postgres.ts";
import { clockSql } from "./postgres-clock.ts";

const migrationsFolder = new URL("../../migrations", import.meta.url).pathname;

declare module "vitest" {
  interface ProvidedContext {
    postgres: PostgresOfRun;
  }
}

/** One Postgres for the run: a migrated template that each test file clones; fsync off, data thrown away. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "skypanel-postgres-"));
  const password = randomBytes(16).toString("hex");
  const lines: string[] = [];
  const server = await startEmbedded({
    folder,
    password,
    durable: false,
    onLog: (line) => lines.push(line),
    onExit: () => process.stderr.write(`Postgres ended by itself:\n${lines.slice(-20).join("\n")}\n`),
  });
  await asOwner(server.url("postgres"), "create database skypanel_template");
  const template = server.url("skypanel_template");
  await migrate(template, await readMigrations(migrationsFolder));
  await asOwner(template, clockSql);
  await allowSignIn(template, password);
  project.provide("postgres", { ownerUrl: server.url("postgres"), password });
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
