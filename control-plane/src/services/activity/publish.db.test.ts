import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../../e2e/harness/postgres.ts";
import { withTransaction } from "../../db/tenant.ts";
import { forgetOldEvents, publish } from "./publish.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const event = (name: string) => ({
  topic: "fleet" as const,
  type: "cluster.changed" as const,
  data: { id: name, name, org: null, revision: null, at: "2030-01-01T00:00:00Z" },
});
const names = async () =>
  (await database.owner<{ name: string }>("select data->>'name' as name from events order by id")).map(
    ({ name }) => name,
  );

it("shows events in the order of their ids", async () => {
  const release = Promise.withResolvers<void>();
  const published = Promise.withResolvers<void>();
  const first = withTransaction(database.pool, async (tx) => {
    await publish(tx, event("first"));
    published.resolve();
    await release.promise;
  });
  await published.promise;
  const second = withTransaction(database.pool, (tx) => publish(tx, event("second")));
  expect(await names()).toEqual([]);
  release.resolve();
  // Two connections tell of their commits in any order; what is there once the second is, is the order itself.
  expect(await second.then(names)).toEqual(["first", "second"]);
  await first;
});

it("forgets events after ten minutes", async () => {
  await withTransaction(database.pool, (tx) => publish(tx, event("old")));
  await database.setTime(new Date(Date.now() + 11 * 60_000));
  await withTransaction(database.pool, (tx) => publish(tx, event("new")));
  await forgetOldEvents(database.pool);
  expect(await names()).toEqual(["new"]);
  await database.setTime(null);
});
