import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../e2e/harness/postgres.ts";
import { withTenant, withTransaction } from "./tenant.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

describe("a transaction", () => {
  it("runs in the name it was given", async () => {
    const orgId = "11111111-1111-4111-8111-111111111111";
    const row = await withTenant(database.pool, { orgId }, (tx) =>
      tx.row<{ org: string; actor: string | null; platform: boolean }>(
        "select current_org() as org, current_actor() as actor, is_platform() as platform",
      ),
    );
    expect(row).toEqual({ org: orgId, actor: null, platform: false });
  });

  it("leaves no name behind on its connection", async () => {
    await withTenant(database.pool, { platform: true }, (tx) => tx.run("select 1"));
    const rows = await withTransaction(database.pool, (tx) => tx.rows<{ p: boolean }>("select is_platform() as p"));
    expect(rows).toEqual([{ p: false }]);
  });
});
