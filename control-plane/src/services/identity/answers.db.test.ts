import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../../e2e/harness/postgres.ts";
import { createAnswers, forgetExpired } from "./answers.ts";

let database: TestDatabase;
let userId: string;
let answers: ReturnType<typeof createAnswers>;
beforeAll(async () => {
  database = await testDatabase();
  const insert = "insert into users (email, name, password_hash) values ('a@b.test', 'a', 'x') returning id";
  userId = (await database.owner<{ id: string }>(insert))[0]?.id ?? "";
  answers = createAnswers(database.pool, randomBytes(32));
});
beforeEach(() => database.setTime(null));
afterAll(() => database.close());

const claim = (key: string, request = "first") => ({
  userId,
  key,
  endpoint: "POST /x",
  requestHash: Buffer.from(request),
});
const later = (seconds: number) => database.setTime(new Date(Date.now() + seconds * 1_000));

describe("T-M05 a claim", () => {
  it("has one winner among many", async () => {
    const states = await Promise.all(Array.from({ length: 20 }, () => answers.claim(claim("many"))));
    expect(states.filter((state) => state === "won")).toHaveLength(1);
    expect(states.filter((state) => state === "running")).toHaveLength(19);
  });

  it("is taken over from a replica that died", async () => {
    await answers.claim(claim("died"));
    await later(30);
    await expect(answers.claim(claim("died"))).resolves.toBe("running");
    await later(61);
    await expect(answers.claim(claim("died"))).resolves.toBe("won");
  });

  it("is not taken over by another request", async () => {
    await answers.claim(claim("other"));
    await later(61);
    await expect(answers.claim(claim("other", "second"))).resolves.toBe("other");
  });

  it("keeps its answer for a day", async () => {
    await answers.claim(claim("kept"));
    await answers.keep(claim("kept"), { reply: { token: "once" }, revision: "r" });
    await later(23 * 3_600);
    await expect(answers.claim(claim("kept"))).resolves.toEqual({
      answer: { reply: { token: "once" }, revision: "r" },
    });
    await later(25 * 3_600);
    await expect(answers.claim(claim("kept", "second"))).resolves.toBe("won");
  });

  it("opens nothing that was moved to another key", async () => {
    await answers.claim(claim("from"));
    await answers.keep(claim("from"), { reply: "secret" });
    await answers.claim(claim("to"));
    await database.owner(
      "update idempotency_keys t set nonce = f.nonce, reply = f.reply from idempotency_keys f where f.key = 'from' and t.key = 'to'",
    );
    await expect(answers.claim(claim("to"))).rejects.toThrow();
  });

  it("is forgotten once it is old", async () => {
    await answers.claim(claim("old"));
    await later(60 * 3_600);
    await forgetExpired(database.pool);
    await expect(database.owner("select 1 from idempotency_keys")).resolves.toEqual([]);
  });
});
