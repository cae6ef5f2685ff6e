import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../../e2e/harness/postgres.ts";
import { withTenant } from "../../db/tenant.ts";
import { type ActivityRow, appendActivity, listActivity } from "./activity.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const line = (name: string): ActivityRow => ({
  orgId: null,
  by: { kind: "system", id: null, name: "SkyPanel", address: null, requestId: null },
  action: "app.changed",
  object: { kind: "app", id: null, name },
  before: null,
  after: null,
  revision: null,
});
const page = { before: null, search: "", object: null, action: null, limit: 4 };
const platform = { platform: true };

it("reads lines by number, not by its digits", async () => {
  const names = Array.from({ length: 11 }, (_, index) => `line-${index + 1}`);
  await withTenant(database.pool, platform, async (tx) => {
    for (const name of names) await appendActivity(tx, line(name));
  });
  const read = (before: string | null) =>
    withTenant(database.pool, platform, (tx) => listActivity(tx, null, { ...page, before }));
  const first = await read(null);
  expect(first.map(({ objectName }) => objectName)).toEqual(["line-11", "line-10", "line-9", "line-8"]);
  const second = await read(first.at(-1)?.id ?? null);
  expect(second.map(({ objectName }) => objectName)).toEqual(["line-7", "line-6", "line-5", "line-4"]);
});
