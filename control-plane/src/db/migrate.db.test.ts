import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EmptyDatabase, emptyDatabase } from "../../../e2e/harness/postgres.ts";
import { schemaOf } from "../../../e2e/harness/postgres-dump.ts";
import { migrate, readMigrations } from "./migrate.ts";

const migrations = await readMigrations(fileURLToPath(new URL("../../../migrations", import.meta.url)));

let database: EmptyDatabase;
beforeAll(async () => {
  database = await emptyDatabase();
});
afterAll(() => database.close());

describe("migrations", () => {
  it("apply once, in order, whoever asks at the same time", async () => {
    const runs = await Promise.all([1, 2, 3].map(() => migrate(database.ownerUrl, migrations)));
    expect(runs.flat()).toEqual(migrations.map(({ name }) => name));
    await expect(migrate(database.ownerUrl, migrations)).resolves.toEqual([]);
  });

  it("arrive at the golden schema", async () => {
    await migrate(database.ownerUrl, migrations);
    await expect(await schemaOf(database.ownerUrl)).toMatchFileSnapshot("../../../migrations/schema.sql");
  });

  it("refuse a landed file that was changed", async () => {
    await migrate(database.ownerUrl, migrations);
    const changed = migrations.map((migration) => ({ ...migration, checksum: "0" }));
    await expect(migrate(database.ownerUrl, changed)).rejects.toThrow("migration 1 has landed and was changed");
  });

  it("refuse a database newer than the program", async () => {
    await migrate(database.ownerUrl, migrations);
    await expect(migrate(database.ownerUrl, migrations.slice(0, 1))).rejects.toThrow("newer than this program");
  });

  it("leave nothing of a file that fails", async () => {
    await migrate(database.ownerUrl, migrations);
    const number = migrations.length + 1;
    const broken = { number, name: "broken", sql: "create table half (); select 1/0;", checksum: "x" };
    await expect(migrate(database.ownerUrl, [...migrations, broken])).rejects.toThrow("division by zero");
    await expect(database.owner("select to_regclass('half') as half")).resolves.toEqual([{ half: null }]);
  });
});

describe("the folder of migrations", () => {
  it("may not skip a number", async () => {
    const folder = await mkdtemp(join(tmpdir(), "skypanel-migrations-"));
    await writeFile(join(folder, "000002_second.sql"), "select 1");
    await expect(readMigrations(folder)).rejects.toThrow("000002_second.sql is out of order: expected number 1");
    await rm(folder, { recursive: true });
  });
});
