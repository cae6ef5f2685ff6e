import { hash } from "@node-rs/argon2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../../e2e/harness/postgres.ts";
import { forgetExpired } from "./answers.ts";
import { createPasswords } from "./passwords.ts";
import { signIn } from "./sign-in.ts";
import { createFirstAdministrator } from "./users.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const passwords = createPasswords();
const first = { email: "admin@panel.test", password: "correct horse", organisation: "acme" };
const from = { address: "192.0.2.1", userAgent: "x".repeat(1_000), requestId: "r" };

describe("the first administrator", () => {
  it("is created once, by one of many replicas", async () => {
    const deps = { pool: database.pool, passwords };
    const made = await Promise.all([1, 2, 3].map(() => createFirstAdministrator(deps, first)));
    expect(made.filter((isNew) => isNew)).toHaveLength(1);
    const members = "select o.name, m.role from members m join organisations o on o.id = m.org_id";
    await expect(database.owner(members)).resolves.toEqual([{ name: "Acme", role: "owner" }]);
  });
});

describe("signing in", () => {
  it("G-S3 hashes anew what was hashed for less", async () => {
    const weak = await hash(first.password, { memoryCost: 4_096, timeCost: 1, parallelism: 1 });
    await database.owner("update users set password_hash = $1", [weak]);
    await signIn({ pool: database.pool, passwords }, first, from);
    const [row] = await database.owner<{ hash: string }>("select password_hash as hash from users");
    expect(row?.hash).toContain("m=19456,t=2,p=1");
  });

  it("keeps of the token no more than a hash", async () => {
    const { refreshToken } = await signIn({ pool: database.pool, passwords }, first, from);
    const rows = await database.owner<{ row: string }>("select to_jsonb(s)::text as row from sessions s");
    expect(rows.filter(({ row }) => row.includes(refreshToken))).toEqual([]);
    expect(refreshToken).toMatch(/^sp_ref_[\w-]{43}$/);
  });

  it("is forgotten after thirty days", async () => {
    await database.setTime(new Date(Date.now() + 31 * 24 * 3_600_000));
    await forgetExpired(database.pool);
    await expect(database.owner("select 1 from sessions")).resolves.toEqual([]);
    await database.setTime(null);
  });
});
