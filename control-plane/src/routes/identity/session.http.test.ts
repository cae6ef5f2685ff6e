import { createSecretKey, randomUUID } from "node:crypto";
import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiClient } from "../../../../e2e/harness/api.ts";
import { administrator, type Panel, testPanel } from "../../../../e2e/harness/panel.ts";
import { signAccess } from "../../http/tokens.ts";

const clock = manualClock(Date.now());
let panel: Panel;
beforeAll(async () => {
  panel = await testPanel({ clock });
});
afterAll(() => panel.close());

const login = (body: object) => apiClient(panel.url).ask("POST /auth/login", { body });

async function refreshWith(cookie: string): Promise<{ status: number; cookie: string }> {
  const headers = { origin: panel.url, "x-skypanel-request": "1", cookie };
  const response = await fetch(`${panel.url}/api/v1/auth/refresh`, { method: "POST", headers });
  const set = response.headers.getSetCookie().map((line) => line.split(";")[0]);
  return { status: response.status, cookie: set.join("; ") };
}

describe("signing in", () => {
  it("sets two cookies no script can read", async () => {
    const response = await fetch(`${panel.url}/api/v1/auth/login`, {
      method: "POST",
      headers: { origin: panel.url, "x-skypanel-request": "1", "content-type": "application/json" },
      body: JSON.stringify(administrator),
    });
    expect(response.headers.getSetCookie().map((line) => line.replace(/=[^;]+/, ""))).toEqual([
      "skypanel_access; Path=/api/v1; Max-Age=600; HttpOnly; SameSite=Strict",
      "skypanel_refresh; Path=/api/v1/auth; Max-Age=2592000; HttpOnly; SameSite=Strict",
    ]);
  });

  it("tells a wrong password and an unknown user alike", async () => {
    const wrong = await login({ ...administrator, password: "wrong password" });
    const unknown = await login({ ...administrator, email: "nobody@panel.test" });
    const plain = (body: unknown) => ({ ...Object(body), requestId: "" });
    expect(wrong.status).toBe(401);
    expect(plain(wrong.body)).toEqual(plain(unknown.body));
  });

  it("T-B04 takes one password in any encoding", async () => {
    const composed = "gr\u00fc\u00dfe aus k\u00f6ln";
    const email = "umlaut@panel.test";
    await panel.admin.call("POST /admin/users", { body: { email, name: "U", password: composed } });
    await expect(login({ email, password: composed.normalize("NFD") })).resolves.toMatchObject({ status: 200 });
  });

  it("takes the address in any case", async () => {
    await expect(login({ ...administrator, email: "Admin@Panel.TEST" })).resolves.toMatchObject({ status: 200 });
  });

  it("lists what the person may do where", async () => {
    const viewer = await panel.member("viewer");
    const { user, organisations, actions } = await viewer.call("GET /session");
    expect(user.platformRole).toBeNull();
    expect(organisations).toMatchObject([{ slug: "acme", role: "viewer" }]);
    expect(organisations[0]?.actions).toContain("apps.read");
    expect(organisations[0]?.actions).not.toContain("apps.write");
    expect(actions).not.toContain("clusters.read");
  });

  it("is written down", async () => {
    await login(administrator);
    const { items } = await panel.admin.call("GET /admin/audit", { query: { action: "session.started", limit: 1 } });
    expect(items).toMatchObject([{ object: { kind: "session", name: administrator.email } }]);
  });
});

describe("a session", () => {
  it("ends when the person signs out", async () => {
    const client = await panel.member("viewer");
    const cookie = client.cookies();
    await client.call("POST /auth/logout");
    expect(client.cookies()).toBe("");
    const response = await fetch(`${panel.url}/api/v1/session`, { headers: { cookie } });
    await expect(response.json()).resolves.toMatchObject({ status: 401, reason: "SessionExpired" });
    await expect(refreshWith(cookie)).resolves.toMatchObject({ status: 401 });
  });

  it("expires, and is refreshed", async () => {
    const client = await panel.member("viewer");
    await clock.advance(11 * 60_000);
    await panel.admin.call("POST /auth/refresh");
    await expect(client.ask("GET /session")).resolves.toMatchObject({
      status: 401,
      body: { reason: "SessionExpired" },
    });
    await client.call("POST /auth/refresh");
    await expect(client.call("GET /session")).resolves.toMatchObject({ expiresInSeconds: 600 });
  });

  it("is refused under a key that is not ours", async () => {
    const key = { kid: panel.tokenKey.kid, secret: createSecretKey(Buffer.alloc(32, 7)) };
    const token = signAccess(key, { userId: randomUUID(), sessionId: randomUUID() }, randomUUID(), clock.now());
    const response = await fetch(`${panel.url}/api/v1/session`, { headers: { cookie: `skypanel_access=${token}` } });
    await expect(response.json()).resolves.toMatchObject({ status: 401, reason: "Unauthenticated" });
  });

  it("is nobody's when its cookie comes twice", async () => {
    const cookie = panel.admin.cookies();
    const response = await fetch(`${panel.url}/api/v1/session`, { headers: { cookie: `${cookie}; ${cookie}` } });
    expect(response.status).toBe(401);
  });
});

describe("G-S1 a refresh token", () => {
  it("may be used twice by two tabs at once", async () => {
    const { cookie } = await refreshWith((await panel.member("viewer")).cookies());
    const both = await Promise.all([refreshWith(cookie), refreshWith(cookie)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
  });

  it("ends its family when used again later", async () => {
    const client = await panel.member("viewer");
    const { user } = await client.call("GET /session");
    const stolen = client.cookies();
    await client.call("POST /auth/refresh");
    await panel.database.setTime(new Date(Date.now() + 11_000));
    await expect(refreshWith(stolen)).resolves.toMatchObject({ status: 401 });
    await expect(client.ask("POST /auth/refresh")).resolves.toMatchObject({ status: 401 });
    await panel.database.setTime(null);
    const { items } = await panel.admin.call("GET /admin/audit", { query: { action: "session.reused" } });
    expect(items).toMatchObject([{ actor: { id: user.id } }]);
  });

  it("is demanded", async () => {
    await expect(refreshWith("")).resolves.toMatchObject({ status: 401 });
    await expect(refreshWith("skypanel_refresh=sp_ref_guess")).resolves.toMatchObject({ status: 401 });
  });
});

describe("an administrator", () => {
  const person = (email: string, more: object = {}) => ({ email, name: "P", password: "long enough", ...more });

  it("creates a user with an organisation", async () => {
    const organisation = { slug: "fresh", name: "Fresh" };
    const user = await panel.admin.call("POST /admin/users", { body: person("fresh@panel.test", { organisation }) });
    const { items } = await panel.admin.call("GET /orgs/{org}/members", { params: { org: "fresh" } });
    expect(items).toMatchObject([{ id: user.id, role: "owner" }]);
  });

  it("creates no two users of one address", async () => {
    await panel.admin.call("POST /admin/users", { body: person("one@panel.test") });
    const second = await panel.admin.ask("POST /admin/users", { body: person("One@panel.test") });
    expect(second).toMatchObject({ status: 409, body: { reason: "NameTaken", errors: [{ pointer: "/email" }] } });
  });

  it("creates nothing when an organisation is unknown", async () => {
    const memberships = [{ organisation: "never-was", role: "viewer" }];
    const answer = await panel.admin.ask("POST /admin/users", { body: person("half@panel.test", { memberships }) });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: "/memberships/0/organisation" }] } });
    await expect(panel.database.owner("select 1 from users where email = 'half@panel.test'")).resolves.toEqual([]);
  });

  it.each([
    ["/password", { password: "short" }],
    ["/email", { email: "no address" }],
    ["/name", { name: "" }],
  ])("is told that %s is wrong", async (pointer, field) => {
    const answer = await panel.admin.ask("POST /admin/users", { body: { ...person("x@panel.test"), ...field } });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });
});
