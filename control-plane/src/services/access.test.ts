import { describe, expect, it } from "vitest";
import { actions, orgRoles } from "../contract/actions.ts";
import { may, mayGrant } from "./access.ts";

const member = (org: (typeof orgRoles)[number]) => ({ org, platform: null });
const nobody = { org: null, platform: null };
const grantedTo = (roles: Parameters<typeof may>[1]) => actions.filter((action) => may(action, roles));

describe("the table of rights", () => {
  it("gives a role all that a lesser one has", () => {
    const [owner, admin, developer, viewer] = [...orgRoles].map((role) => grantedTo(member(role)));
    expect(owner).toEqual(admin);
    expect(admin).toEqual(expect.arrayContaining(developer ?? []));
    expect(developer).toEqual(expect.arrayContaining(viewer ?? []));
  });

  it("lets a viewer change nothing", () => {
    expect(grantedTo(member("viewer")).filter((action) => /write|manage|update/.test(action))).toEqual([]);
  });

  it("keeps apps from billing", () => {
    expect(grantedTo(member("billing")).filter((action) => /^(apps|variables|logs)/.test(action))).toEqual([]);
  });

  it("lets support read and change nothing", () => {
    const granted = grantedTo({ org: null, platform: "support" });
    expect(granted).toContain("apps.read");
    expect(granted.filter((action) => /write|manage|update|users/.test(action))).toEqual([]);
  });

  it("leaves the signed-in without a role only themselves", () => {
    expect(grantedTo(nobody)).toEqual(["public", "session.read", "org.create", "regions.read", "events.read"]);
  });

  it("gives no member of an organisation the platform", () => {
    for (const role of orgRoles) expect(may("clusters.read", member(role))).toBe(false);
  });
});

describe("granting a role", () => {
  it.each([
    ["owner", ["owner", "admin", "developer", "viewer", "billing"]],
    ["admin", ["admin", "developer", "viewer", "billing"]],
    ["developer", []],
    ["viewer", []],
    ["billing", []],
  ] as const)("as %s reaches %j", (role, reach) => {
    expect(orgRoles.filter((granted) => mayGrant(granted, member(role)))).toEqual(reach);
  });

  it("is the platform admin's right and not support's", () => {
    expect(mayGrant("owner", { org: null, platform: "admin" })).toBe(true);
    expect(mayGrant("viewer", { org: null, platform: "support" })).toBe(false);
  });
});
