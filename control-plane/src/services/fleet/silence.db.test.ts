import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../../e2e/harness/postgres.ts";
import { seedCluster, seedOrg, seedTenant } from "../../../../e2e/harness/seed.ts";
import { tellOfSilence, watchSilence } from "./silence.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

it("T-F15 tells everybody once when a cluster falls silent, and once when offline", async () => {
  const { id } = await seedCluster(database, "w1");
  const acme = await seedOrg(database, "acme");
  await seedTenant(database, acme, id);
  const topics = async () =>
    (await database.owner<{ topic: string }>("select topic from events order by id")).map(({ topic }) => topic);
  const heard = (age: string) =>
    database.owner("update clusters set last_heartbeat_at = skypanel_now() - $2::interval where id = $1", [id, age]);

  let known = await tellOfSilence(database.pool, new Map());
  expect(await topics()).toEqual([]);
  for (const [age, told] of [
    ["46 s", 2],
    ["60 s", 2],
    ["91 s", 4],
    ["99 s", 4],
    ["0 s", 4],
  ] as const) {
    await heard(age);
    known = await tellOfSilence(database.pool, known);
    expect(await topics()).toHaveLength(told);
  }
  expect(await topics()).toEqual(["fleet", "org:acme", "fleet", "org:acme"]);
});

it("looks again after an error, until it is stopped", async () => {
  const stop = new AbortController();
  const errors: unknown[] = [];
  const { pool, close } = await testDatabase();
  await close();
  let looks = 0;
  const sleep = async () => {
    looks += 1;
    if (looks === 3) stop.abort();
  };
  await watchSilence({ pool, sleep, signal: stop.signal, onError: (error) => errors.push(error) });
  expect(errors).toHaveLength(3);
});
