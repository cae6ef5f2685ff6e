import { describe, expect, it } from "vitest";
import { isTouched } from "./cache.ts";

const event = (type: string, change: object) => ({ type, data: JSON.stringify({ revision: null, at: "", ...change }) });
const helloChanged = event("app.changed", { id: "1", name: "hello", org: "acme" });
const list = ["GET /orgs/{org}/apps", { params: { org: "acme" } }, "pages"] as const;
const one = (app: string, org = "acme") => ["GET /orgs/{org}/apps/{app}", { params: { org, app } }] as const;

describe("isTouched", () => {
  it.each([
    ["its list", list, true],
    ["itself", one("hello"), true],
    ["its variables", ["GET /orgs/{org}/apps/{app}/variables", { params: { org: "acme", app: "hello" } }], true],
    ["another app", one("other"), false],
    ["an app of that name elsewhere", one("hello", "rival"), false],
    ["clusters", ["GET /admin/clusters", {}], false],
  ])("a changed app touches %s: %#", (_, key, touched) => {
    expect(isTouched(key, [helloChanged])).toBe(touched);
  });

  it("a changed cluster touches fleet and regions", () => {
    const changed = event("cluster.changed", { id: "c1", name: "eu", org: null });
    const reads = [
      ["GET /regions", {}],
      ["GET /admin/clusters", { query: {} }, "pages"],
      ["GET /admin/clusters/{id}", { params: { id: "c1" } }],
      ["GET /admin/clusters/{id}", { params: { id: "c2" } }],
    ];
    expect(reads.map((key) => isTouched(key, [changed]))).toEqual([true, true, true, false]);
  });

  it("a cluster that falls silent touches the apps of its organisations", () => {
    const silent = event("cluster.changed", { id: "c1", name: "eu", org: "acme" });
    expect([list, one("hello"), one("hello", "rival")].map((key) => isTouched(key, [silent]))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("lost events touch everything", () => {
    expect(isTouched(one("any"), [{ type: "resync", data: '{"topics":[]}' }])).toBe(true);
  });

  it("a heartbeat is no reason to read anew", () => {
    const heard = event("cluster.heard", { id: "c1", name: "eu", org: "acme" });
    expect([list, one("hello"), ["GET /regions", {}]].some((key) => isTouched(key, [heard]))).toBe(false);
  });

  it("an unknown event touches nothing", () => {
    expect(isTouched(list, [{ type: "charge.created", data: "{}" }])).toBe(false);
  });
});
