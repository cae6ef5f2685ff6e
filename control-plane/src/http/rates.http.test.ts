import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiClient } from "../../../e2e/harness/api.ts";
import { administrator, type Panel, testPanel } from "../../../e2e/harness/panel.ts";

let panel: Panel;
beforeAll(async () => {
  panel = await testPanel({ rates: { anonymous: 30, user: 5, signIn: 3 } });
});
afterAll(() => panel.close());

describe("QU-3 requests in a minute", () => {
  it("are counted for each user", async () => {
    const client = await panel.member("viewer");
    const statuses: number[] = [];
    for (let n = 0; n < 7; n += 1) statuses.push((await client.ask("GET /session")).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
  });

  it("say when to come back", async () => {
    const client = await panel.member("viewer");
    for (let n = 0; n < 5; n += 1) await client.ask("GET /session");
    const response = await fetch(`${panel.url}/api/v1/session`, { headers: { cookie: client.cookies() } });
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    await expect(response.json()).resolves.toMatchObject({ reason: "TooMany" });
  });
});

describe("T-L06 signing in", () => {
  const attempt = (password: string) =>
    apiClient(panel.url).ask("POST /auth/login", { body: { email: administrator.email, password } });

  it("does not count what succeeds", async () => {
    for (let n = 0; n < 4; n += 1)
      await expect(attempt(administrator.password)).resolves.toMatchObject({ status: 200 });
  });

  it("stops at the limit, for the right password too", async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await attempt("wrong password")).status);
    expect(statuses).toEqual([401, 401, 401, 429]);
    await expect(attempt(administrator.password)).resolves.toMatchObject({ status: 429, body: { reason: "TooMany" } });
  });
});
