import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../../../e2e/harness/api.ts";
import { type Panel, testPanel } from "../../../../e2e/harness/panel.ts";
import { seedCluster } from "../../../../e2e/harness/seed.ts";
import { anApp } from "../../services/apps/an-app.ts";

let panel: Panel;
let developer: ApiClient;
let viewer: ApiClient;
let stranger: ApiClient;

beforeAll(async () => {
  panel = await testPanel();
  await seedCluster(panel.database, "w1");
  [developer, viewer, stranger] = [
    await panel.member("developer"),
    await panel.member("viewer"),
    await panel.owner("globex"),
  ];
  await developer.call("POST /orgs/{org}/apps", { params: { org: "acme" }, body: anApp("hello", "w1") });
});
afterAll(() => panel.close());

const hello = { org: "acme", app: "hello" };
const read = () => developer.call("GET /orgs/{org}/apps/{app}", { params: hello });

/** One right request for each endpoint of an app: what it takes besides the path. */
const requests = {
  "GET /orgs/{org}/apps": {},
  "POST /orgs/{org}/apps": { body: anApp("other", "w1") },
  "GET /orgs/{org}/apps/{app}": {},
  "PATCH /orgs/{org}/apps/{app}": { body: { title: "Hello" }, revision: "" },
  "DELETE /orgs/{org}/apps/{app}": { query: { confirm: "hello" }, revision: "" },
  "PUT /orgs/{org}/apps/{app}/scale": { body: { processes: [{ name: "web", replicas: 1 }] }, revision: "" },
  "POST /orgs/{org}/apps/{app}/start": {},
  "POST /orgs/{org}/apps/{app}/stop": {},
  "POST /orgs/{org}/apps/{app}/restart": {},
  "GET /orgs/{org}/apps/{app}/manifest": {},
  "GET /orgs/{org}/apps/{app}/variables": {},
  "PATCH /orgs/{org}/apps/{app}/variables": { body: { set: [{ key: "A", value: "1" }] }, revision: "" },
} as const;
const names = Object.keys(requests) as (keyof typeof requests)[]; // keys of the literal above
const writes = names.filter((name) => !name.startsWith("GET"));
const conditional = names.filter((name) => "revision" in requests[name]);

async function ask(client: ApiClient, name: keyof typeof requests, over: object = {}) {
  const { revision } = await read();
  const request: object = requests[name];
  return client.ask(name, { params: hello, ...request, ...("revision" in request ? { revision } : {}), ...over });
}

describe("every endpoint of apps", () => {
  it.each(names)("T-A01 answers a stranger of %s with the one 404", async (name) => {
    expect(await ask(stranger, name)).toMatchObject({ status: 404, body: { reason: "NotFound" } });
    const missing = await ask(stranger, name, { params: { org: "nowhere", app: "hello" } });
    expect(missing).toMatchObject({ status: 404, body: { reason: "NotFound" } });
  });

  it.each(writes)("refuses a viewer's %s", async (name) => {
    expect(await ask(viewer, name)).toMatchObject({ status: 403, body: { reason: "Forbidden" } });
  });

  it.each(conditional)("T-F21 wants of %s the revision that was seen", async (name) => {
    const { revision } = await read();
    expect(await ask(developer, name, { revision: undefined })).toMatchObject({ status: 428 });
    const stale = await ask(developer, name, { revision: "0".repeat(40) });
    expect(stale).toMatchObject({ status: 412, revision, body: { reason: "StaleRevision", revision } });
  });

  it.each(names.filter((name) => name.includes("{app}")))("answers %s of a missing app with 404", async (name) => {
    const over = {
      params: { org: "acme", app: "missing" },
      ...(name.startsWith("DELETE") ? { query: { confirm: "missing" } } : {}),
    };
    expect(await ask(developer, name, over)).toMatchObject({ status: 404 });
  });
});

describe("an app over HTTP", () => {
  it("is read with its revision as ETag, by a viewer too", async () => {
    const answer = await viewer.ask("GET /orgs/{org}/apps/{app}", { params: hello });
    expect(answer).toMatchObject({ status: 200, body: { name: "hello", revision: answer.revision } });
    const manifest = await viewer.call("GET /orgs/{org}/apps/{app}/manifest", { params: hello });
    expect(manifest).toMatchObject({ path: "tenants/acme/apps/hello.yaml", revision: answer.revision });
  });

  it("is made once by two requests with one key", async () => {
    const request = { params: { org: "acme" }, body: anApp("once", "w1"), idempotencyKey: "key-once" };
    const [first, second] = [
      await developer.ask("POST /orgs/{org}/apps", request),
      await developer.ask("POST /orgs/{org}/apps", request),
    ];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
  });

  it.each([
    ["an upper-case name", { name: "Hello" }, "/name"],
    ["an image with a scheme", { image: { reference: "https://x/y" } }, "/image/reference"],
    ["a title with a control character", { title: "a\u0000b" }, "/title"],
    [
      "a command with NUL",
      { processes: [{ ...anApp("x", "w1").processes[0], command: ["a\u0000"] }] },
      "/processes/0/command/0",
    ],
    ["a title with half a character", { title: "\ud83d" }, "/title"],
    ["an unknown field", { plan: "large" }, "/plan"],
    ["a reserved variable", { variables: [{ key: "PORT", value: "1" }] }, "/variables/0"],
  ])("is refused for %s, with the field", async (_, over, pointer) => {
    const body = { ...anApp("wrong", "w1"), ...over };
    const answer = await developer.ask("POST /orgs/{org}/apps", { params: { org: "acme" }, body });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it("is not found by a name no text of Postgres can hold", async () => {
    expect(await developer.ask("GET /orgs/{org}/apps/{app}", { params: { org: "acme", app: "\0" } })).toMatchObject({
      status: 404,
    });
    expect(await developer.ask("GET /orgs/{org}/apps", { params: hello, query: { q: "\0" } })).toMatchObject({
      status: 400,
    });
  });

  it("is refused where its name is taken", async () => {
    const answer = await developer.ask("POST /orgs/{org}/apps", {
      params: { org: "acme" },
      body: anApp("hello", "w1"),
    });
    expect(answer).toMatchObject({ status: 409, body: { reason: "NameTaken", errors: [{ pointer: "/name" }] } });
  });

  it("goes through its life", async () => {
    const params = { org: "acme", app: "life" };
    await developer.call("POST /orgs/{org}/apps", { params: { org: "acme" }, body: anApp("life", "w1") });
    expect(await developer.call("POST /orgs/{org}/apps/{app}/stop", { params })).toMatchObject({ state: "Stopped" });
    const { revision } = await developer.call("POST /orgs/{org}/apps/{app}/start", { params });
    const set = [{ key: "TOKEN", value: "s3cret-http" }];
    const answer = await developer.ask("PATCH /orgs/{org}/apps/{app}/variables", { params, body: { set }, revision });
    expect(answer).toMatchObject({
      status: 200,
      body: { items: [{ key: "TOKEN", version: 1, setBy: expect.any(String) }] },
    });
    expect(answer.text).not.toContain("s3cret");
    const query = { confirm: "life" };
    const gone = await developer.ask("DELETE /orgs/{org}/apps/{app}", { params, query, revision: answer.revision });
    expect(gone.status).toBe(204);
    expect(await developer.ask("GET /orgs/{org}/apps/{app}", { params })).toMatchObject({ status: 404 });
  });
});
