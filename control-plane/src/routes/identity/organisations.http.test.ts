import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../../../e2e/harness/api.ts";
import { type Panel, testPanel } from "../../../../e2e/harness/panel.ts";

let panel: Panel;
beforeAll(async () => {
  panel = await testPanel();
});
afterAll(() => panel.close());

const idOf = async (client: ApiClient) => (await client.call("GET /session")).user.id;
const change = async (by: ApiClient, org: string, whom: ApiClient, role: string) =>
  by.ask("PATCH /orgs/{org}/members/{id}", { params: { org, id: await idOf(whom) }, body: { role } });
const remove = async (by: ApiClient, org: string, whom: ApiClient) =>
  by.ask("DELETE /orgs/{org}/members/{id}", { params: { org, id: await idOf(whom) } });

describe("an organisation", () => {
  it("is owned by whoever creates it", async () => {
    const maker = await panel.member("viewer");
    await maker.call("POST /orgs", { body: { slug: "made", name: "Made" } });
    const { items } = await maker.call("GET /orgs/{org}/members", { params: { org: "made" } });
    expect(items).toMatchObject([{ id: await idOf(maker), role: "owner" }]);
  });

  it("has a name of its own, seen or not", async () => {
    const other = await panel.owner("unseen");
    const maker = await panel.member("viewer");
    const answer = await maker.ask("POST /orgs", { body: { slug: "unseen", name: "Mine" } });
    expect(answer).toMatchObject({ status: 409, body: { reason: "NameTaken", errors: [{ pointer: "/slug" }] } });
    await expect(other.call("GET /orgs/{org}", { params: { org: "unseen" } })).resolves.toMatchObject({
      name: "unseen",
    });
  });

  it("is renamed, and the old name written down", async () => {
    const owner = await panel.owner("renamed");
    await owner.call("PATCH /orgs/{org}", { params: { org: "renamed" }, body: { name: "New" } });
    const { items } = await owner.call("GET /orgs/{org}/activity", { params: { org: "renamed" }, query: { limit: 1 } });
    expect(items).toMatchObject([
      { action: "organisation.updated", before: { name: "renamed" }, after: { name: "New" }, address: "127.0.0.1" },
    ]);
  });

  it("is listed to its members alone", async () => {
    const owner = await panel.owner("listed");
    const { items } = await owner.call("GET /orgs");
    expect(items.map(({ slug }) => slug)).toEqual(["listed"]);
  });

  it("is found page by page, and by a search", async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: { slug: string }[]; nextCursor: string | null } = await panel.admin.call("GET /orgs", {
        query: { limit: 2, ...(cursor === null ? {} : { cursor }) },
      });
      seen.push(...page.items.map(({ slug }) => slug));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen).toContain("acme");
    const { items } = await panel.admin.call("GET /orgs", { query: { q: "ACM" } });
    expect(items.map(({ slug }) => slug)).toEqual(["acme"]);
  });

  it("refuses a cursor of no list", async () => {
    const answer = await panel.admin.ask("GET /orgs", { query: { cursor: "guess" } });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: "query/cursor" }] } });
  });
});

describe("a member", () => {
  it("is given another role", async () => {
    const owner = await panel.owner("roles");
    const member = await panel.member("viewer", "roles");
    await expect(change(owner, "roles", member, "developer")).resolves.toMatchObject({
      status: 200,
      body: { role: "developer" },
    });
  });

  it("A6.1 gives nobody more than they have", async () => {
    const owner = await panel.owner("climb");
    const admin = await panel.member("admin", "climb");
    const viewer = await panel.member("viewer", "climb");
    await expect(change(admin, "climb", admin, "owner")).resolves.toMatchObject({ status: 403 });
    await expect(change(admin, "climb", viewer, "owner")).resolves.toMatchObject({ status: 403 });
    await expect(change(admin, "climb", owner, "viewer")).resolves.toMatchObject({ status: 403 });
    await expect(remove(admin, "climb", owner)).resolves.toMatchObject({ status: 403 });
    await expect(change(viewer, "climb", viewer, "admin")).resolves.toMatchObject({ status: 403 });
  });

  it("stays while nobody else owns the organisation", async () => {
    const owner = await panel.owner("last");
    const refusal = { status: 409, body: { reason: "LastOwner" } };
    await expect(change(owner, "last", owner, "admin")).resolves.toMatchObject(refusal);
    await expect(remove(owner, "last", owner)).resolves.toMatchObject(refusal);
  });

  it("leaves one owner when two leave at once", async () => {
    const first = await panel.owner("race");
    const second = await panel.member("owner", "race");
    const answers = await Promise.all([remove(first, "race", first), remove(second, "race", second)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
  });

  it("of another organisation is not found", async () => {
    const owner = await panel.owner("mine");
    const other = await panel.owner("not-mine");
    const params = { org: "mine", id: await idOf(other) };
    const foreign = await owner.ask("DELETE /orgs/{org}/members/{id}", { params });
    const missing = await owner.ask("DELETE /orgs/{org}/members/{id}", { params: { org: "mine", id: randomUUID() } });
    expect([foreign.status, missing.status]).toEqual([404, 404]);
  });

  it("has no role that is none", async () => {
    const owner = await panel.owner("strange");
    const answer = await change(owner, "strange", owner, "king");
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: "/role" }] } });
  });
});

describe("activity", () => {
  it("shows an organisation its own and the platform all", async () => {
    const owner = await panel.owner("quiet");
    const params = { org: "quiet" };
    const own = await owner.call("GET /orgs/{org}/activity", { params });
    expect(own.items.map(({ action }) => action)).toEqual(["organisation.created"]);
    const all = await panel.admin.call("GET /admin/audit", {
      query: { action: "organisation.created", object: "quiet" },
    });
    expect(all.items).toEqual(own.items);
  });

  it("goes from newest to oldest, page by page", async () => {
    const first = await panel.admin.call("GET /admin/audit", { query: { limit: 3 } });
    const cursor = first.nextCursor ?? "";
    const second = await panel.admin.call("GET /admin/audit", { query: { limit: 3, cursor } });
    const ids = [...first.items, ...second.items].map(({ id }) => Number(id));
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    expect(new Set(ids).size).toBe(6);
  });

  it("tells the browsers of each line", async () => {
    await panel.owner("told");
    const events = await panel.database.owner(
      "select topic, type, data->>'name' as name from events where topic = 'org:told'",
    );
    expect(events).toEqual([{ topic: "org:told", type: "activity.created", name: "told" }]);
  });
});
