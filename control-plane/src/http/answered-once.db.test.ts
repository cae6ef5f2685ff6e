import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../e2e/harness/postgres.ts";
import { type SeededOrg, seedCluster, seedOrg } from "../../../e2e/harness/seed.ts";
import { anApp } from "../services/apps/an-app.ts";
import { createApp } from "../services/apps/create.ts";
import { createAnswers, type Keep } from "../services/identity/answers.ts";
import { answeredOnce } from "./answered-once.ts";

let database: TestDatabase;
let acme: SeededOrg;
let answers: ReturnType<typeof createAnswers>;
beforeAll(async () => {
  database = await testDatabase();
  acme = await seedOrg(database, "acme");
  await seedCluster(database, "w1");
  answers = createAnswers(database.pool, randomBytes(32));
});
beforeEach(() => database.setTime(null));
afterAll(() => database.close());

const wrappingKey = randomBytes(32);
const create = async (name: string, keep: Keep) => {
  const reply = await createApp({ pool: database.pool, wrappingKey }, acme, acme.by, anApp(name, "w1"), keep);
  return { reply, revision: reply.revision };
};
const call = (name: string) => ({
  userId: acme.by.id,
  key: `key-of-${name}`,
  endpoint: "POST /orgs/acme/apps",
  body: name,
});
const ask = (name: string) => answeredOnce(answers, call(name), (keep) => create(name, keep));

/** A replica that did the work and died before it could say so. */
async function dies(name: string): Promise<void> {
  const done = Promise.withResolvers<void>();
  void answeredOnce(answers, call(name), async (keep) => {
    await create(name, keep);
    done.resolve();
    return new Promise<never>(() => {});
  });
  await done.promise;
}

it("G-D2 gives the answer of a replica that died after its work", async () => {
  await dies("hello");
  const answer = await ask("hello");
  expect(answer).toMatchObject({ reply: { name: "hello" } });
  expect(answer.revision).toMatch(/^[0-9a-f]{40}$/);
  await database.setTime(new Date(Date.now() + 61_000));
  await expect(ask("hello")).resolves.toEqual(answer);
});

it("G-D2 does nothing twice when a retry took a slow request over", async () => {
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  let effects = 0;
  const slow = answeredOnce(answers, call("slow"), async (keep) => {
    begun.resolve();
    await goOn.promise;
    return create("slow-too", keep).finally(() => {
      effects += 1;
    });
  });
  await begun.promise;
  await database.setTime(new Date(Date.now() + 61_000));
  await ask("slow");
  goOn.resolve();
  await expect(slow).rejects.toMatchObject({ retryAfterSeconds: 1 });
  expect(effects).toBe(1);
  const names = await database.owner<{ name: string }>("select name from apps where name like 'slow%'");
  expect(names).toEqual([{ name: "slow" }]);
});

it("keeps no refusal, so that it can be mended under the same key", async () => {
  await ask("taken");
  const again = { ...call("taken"), key: "another" };
  const attempt = answeredOnce(answers, again, (keep) => create("taken", keep));
  await expect(attempt).rejects.toMatchObject({ reason: "NameTaken" });
  await expect(answeredOnce(answers, again, (keep) => create("free", keep))).resolves.toMatchObject({
    reply: { name: "free" },
  });
});
