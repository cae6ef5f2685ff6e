import { limits } from "@skypanel/crds/limits.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../e2e/harness/postgres.ts";
import { openPool } from "./pool.ts";
import { roleProblem } from "./role.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

describe("the role we are given", () => {
  it("is sound when it is the application's", async () => {
    await expect(roleProblem(database.pool, 1)).resolves.toBeUndefined();
  });

  it("is refused when it is a superuser", async () => {
    const pool = openPool({ url: database.ownerUrl, size: 1, limits: limits.postgres, onIdleError: () => {} });
    await expect(roleProblem(pool, 1)).resolves.toContain("is a superuser");
    await pool.end();
  });

  it("is refused when it owns tables", async () => {
    await database.owner("grant create on schema public to skypanel_app");
    await database.owner("create table owned (); alter table owned owner to skypanel_app");
    await expect(roleProblem(database.pool, 1)).resolves.toContain("owns tables");
    await database.owner("drop table owned");
  });

  it("is refused when the database lacks migrations", async () => {
    await expect(roleProblem(database.pool, 1_000)).resolves.toMatch(/the database is at migration \d+ of 1000/);
  });
});
