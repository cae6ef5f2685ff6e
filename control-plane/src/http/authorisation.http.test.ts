import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiClient, apiClient } from "../../../e2e/harness/api.ts";
import { type Panel, testPanel } from "../../../e2e/harness/panel.ts";
import { orgRoles } from "../contract/actions.ts";
import { type ApiName, endpoints } from "../contract/api.ts";
import type { Endpoint } from "../contract/endpoint.ts";
import { may } from "../services/access.ts";

// The matrix is made from the contract: a new endpoint is in it before it has a button.
const contract: Record<string, Endpoint> = endpoints;
const all = Object.entries(contract).map(([name, endpoint]) => ({
  name: name as ApiName, // the contract's own keys
  ...endpoint,
}));
const closed = all.filter((endpoint) => endpoint.may !== "public");
const ofOrg = closed.filter(({ name }) => name.includes("/orgs/{org}"));
const ofPlatform = closed.filter(({ name }) => name.includes("/admin/"));

let panel: Panel;
let stranger: ApiClient;
const members = new Map<string, ApiClient>();
beforeAll(async () => {
  panel = await testPanel();
  stranger = await panel.owner("elsewhere");
  for (const role of orgRoles) members.set(role, await panel.member(role));
});
afterAll(() => panel.close());

const params = (org: string) => ({ org, app: "some-app", id: randomUUID() });
/** Nothing but what is the request's own: its id. */
const comparable = (text: string) => text.replace(/"requestId":"[^"]*"/, "");

describe("T-A01 every endpoint of the contract", () => {
  it.each(closed.map(({ name }) => name))("asks the anonymous to sign in: %s", async (name) => {
    const answer = await apiClient(panel.url).ask(name, { params: params("acme") });
    expect(answer).toMatchObject({ status: 401, body: { reason: "Unauthenticated" } });
  });

  it.each(ofOrg.map(({ name }) => name))("hides another organisation as if missing: %s", async (name) => {
    const foreign = await stranger.ask(name, { params: params("acme") });
    const missing = await stranger.ask(name, { params: params("never-was") });
    expect(foreign.status).toBe(404);
    expect(comparable(foreign.text)).toBe(comparable(missing.text));
  });

  it.each(ofOrg.map(({ name, may: action }) => ({ name, action })))(
    "obeys access.ts: $name",
    async ({ name, action }) => {
      for (const role of orgRoles) {
        const { status } =
          (await members
            .get(role)
            ?.ask(name, { params: params("acme"), ...(name.startsWith("GET") ? {} : { body: {} }) })) ?? {};
        expect({ role, forbidden: status === 403 }).toEqual({
          role,
          forbidden: !may(action, { org: role, platform: null }),
        });
      }
    },
  );

  it.each(ofPlatform.map(({ name }) => name))("keeps the platform to its roles: %s", async (name) => {
    const answer = await stranger.ask(name, { params: params("acme") });
    expect(answer).toMatchObject({ status: 403, body: { reason: "Forbidden" } });
  });

  it("lets no removed member back in", async () => {
    const gone = await panel.member("developer");
    const { user } = await gone.call("GET /session");
    await panel.admin.call("DELETE /orgs/{org}/members/{id}", { params: { org: "acme", id: user.id } });
    await expect(gone.ask("GET /orgs/{org}", { params: { org: "acme" } })).resolves.toMatchObject({ status: 404 });
  });
});

describe("T-A02 what is open", () => {
  it("is signing in and nothing else", () => {
    expect(all.filter((endpoint) => endpoint.may === "public").map(({ name }) => name)).toEqual([
      "POST /auth/login",
      "POST /auth/refresh",
    ]);
  });
});
