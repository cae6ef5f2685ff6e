import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../../../e2e/harness/api.ts";
import { type Panel, testPanel } from "../../../../e2e/harness/panel.ts";
import { seedCluster } from "../../../../e2e/harness/seed.ts";
import { anApp } from "../../services/apps/an-app.ts";

let panel: Panel;
let owner: ApiClient;

beforeAll(async () => {
  panel = await testPanel();
  owner = await panel.member("owner");
});
afterAll(() => panel.close());

const body = (slug: string) => ({ slug, name: "Worker", region: "home", baseDomain: `${slug}.localhost` });
const create = (slug: string) => panel.admin.call("POST /admin/clusters", { body: body(slug) });

describe("clusters", () => {
  it("are created with a one-time token and the command that uses it", async () => {
    const { cluster, registration } = await create("w1");
    expect(cluster).toMatchObject({ slug: "w1", phase: "Created", apps: 0, desired: { seq: 1 }, wish: "Schedulable" });
    expect(cluster.ingress).toEqual({ class: "traefik", namespace: "traefik", port: 80, tls: false });
    expect(registration.token).toMatch(/^sp_reg_[\w-]{43}$/);
    expect(registration.command).toContain("helm upgrade --install skypanel-operator");
    expect(registration.command).not.toContain(registration.token);
    expect(registration.manifest).toContain(`token: ${registration.token}`);
    const params = { id: cluster.id };
    const shown = await panel.admin.ask("GET /admin/clusters/{id}", { params });
    expect(shown).toMatchObject({ status: 200, body: { id: cluster.id } });
    expect(shown.text).not.toContain(registration.token);
  });

  it("give the same token to a repeated request, and keep it nowhere", async () => {
    const request = { body: body("repeated"), idempotencyKey: "repeat-1" };
    const first = await panel.admin.call("POST /admin/clusters", request);
    const second = await panel.admin.call("POST /admin/clusters", request);
    expect(second.registration.token).toBe(first.registration.token);
    const kept = await panel.database.owner("select json_agg(k) from idempotency_keys k");
    expect(JSON.stringify(kept)).not.toContain(first.registration.token);
  });

  it("are refused where the slug is taken or a field is wrong", async () => {
    await create("taken");
    const ask = (over: object) => panel.admin.ask("POST /admin/clusters", { body: { ...body("taken"), ...over } });
    expect(await ask({})).toMatchObject({ status: 409, body: { reason: "NameTaken", errors: [{ pointer: "/slug" }] } });
    expect(await ask({ slug: "X" })).toMatchObject({ status: 400, body: { errors: [{ pointer: "/slug" }] } });
    expect(await ask({ baseDomain: "http://x" })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: "/baseDomain" }] },
    });
  });

  it("say at which step they are being built", async () => {
    const { cluster } = await create("built");
    const params = { id: cluster.id };
    const patch = (provisioning: { step: string } | null) =>
      panel.admin.call("PATCH /admin/clusters/{id}", { params, body: { provisioning } });
    expect(await patch({ step: "Building Kubernetes" })).toMatchObject({
      phase: "Joining",
      provisioning: { step: "Building Kubernetes" },
    });
    expect(await patch(null)).toMatchObject({ phase: "Created", provisioning: null });
  });

  it("change name, labels and wish", async () => {
    const { cluster } = await create("changed");
    const change = { name: "Other", labels: { tier: "gold" }, wish: "Unschedulable" } as const;
    const params = { id: cluster.id };
    expect(await panel.admin.call("PATCH /admin/clusters/{id}", { params, body: change })).toMatchObject(change);
  });

  it("are listed in pages by slug", async () => {
    const slugs: string[] = [];
    let cursor: string | null | undefined;
    do {
      const query = { limit: 1, ...(cursor ? { cursor } : {}) };
      const page = await panel.admin.call("GET /admin/clusters", { query });
      slugs.push(...page.items.map(({ slug }) => slug));
      cursor = page.nextCursor;
    } while (cursor);
    expect(slugs).toEqual([...new Set(slugs)].toSorted());
    expect((await panel.admin.call("GET /admin/clusters", { query: { q: "CHANGED" } })).items).toHaveLength(1);
  });

  it("are removed only when nothing runs there", async () => {
    const { id } = await seedCluster(panel.database, "full");
    const app = await owner.call("POST /orgs/{org}/apps", { params: { org: "acme" }, body: anApp("hello", "full") });
    const remove = () => panel.admin.ask("DELETE /admin/clusters/{id}", { params: { id } });
    expect(await remove()).toMatchObject({ status: 409, body: { reason: "NotEmpty" } });
    const params = { org: "acme", app: "hello" };
    await owner.call("DELETE /orgs/{org}/apps/{app}", { params, query: { confirm: "hello" }, revision: app.revision });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
  });

  it.each(["GET /admin/clusters", "POST /admin/clusters"] as const)(
    "refuse %s of who is no administrator",
    async (name) => {
      const request = name === "POST /admin/clusters" ? { body: body("mine") } : {};
      expect(await owner.ask(name, request)).toMatchObject({ status: 403 });
    },
  );

  it.each([
    "GET /admin/clusters/{id}",
    "PATCH /admin/clusters/{id}",
    "DELETE /admin/clusters/{id}",
    "POST /admin/clusters/{id}/token",
    "POST /admin/clusters/{id}/approve",
  ] as const)("answer %s without such a cluster with 404", async (name) => {
    const request = name.startsWith("PATCH") ? { body: { name: "x" } } : {};
    for (const id of ["00000000-0000-4000-8000-000000000000", "no-uuid"])
      expect(await panel.admin.ask(name, { params: { id }, ...request })).toMatchObject({ status: 404 });
  });
});

describe("regions", () => {
  it("tell anybody where an app can go, and why not", async () => {
    await seedCluster(panel.database, "online");
    const { items } = await owner.call("GET /regions", {});
    const clusters = items.find(({ name }) => name === "home")?.clusters ?? [];
    expect(clusters.find(({ slug }) => slug === "online")).toMatchObject({ available: true, reason: null });
    expect(clusters.find(({ slug }) => slug === "w1")).toMatchObject({
      available: false,
      reason: "It has not joined yet.",
    });
  });
});
