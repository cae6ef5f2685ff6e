import { limits } from "@skypanel/crds/limits.ts";
import { describe, expect, it } from "vitest";
import { placeOf } from "./place.ts";
import { parseTree } from "./tree.ts";

const blob = "0123456789abcdef0123456789abcdef01234567";
const entry = (path: string, mode = "100644", size: number | string = 5, type = "blob") =>
  `${mode} ${type} ${blob} ${String(size).padStart(7)}\t${path}\0`;

describe("a path", () => {
  it.each([
    ["cluster.yaml", "ClusterSettings", "default", undefined],
    ["tenants/acme.yaml", "Tenant", "acme", undefined],
    ["tenants/acme/apps/shop.yaml", "App", "shop", "acme"],
    ["tenants/acme/secrets/shop-variables.yaml", "Sealed", "shop-variables", "acme"],
  ])("%s is a %s", (path, kind, name, tenant) => {
    const place = placeOf(path);
    expect([place?.kind.kind, place?.name, place?.tenant]).toEqual([kind, name, tenant]);
  });

  it.each([
    "README.md",
    "cluster.yml",
    "Cluster.yaml",
    "/cluster.yaml",
    "./cluster.yaml",
    "tenants/.yaml",
    "tenants/..yaml",
    "tenants/../cluster.yaml",
    "tenants/acme/../other.yaml",
    "tenants/acme/apps.yaml",
    "tenants/acme/apps/.yaml",
    "tenants/acme/apps/a/b.yaml",
    "tenants/acme/apps/a.b.yaml",
    "tenants/acme/apps/A.yaml",
    "tenants/acme/apps/-a.yaml",
    "tenants/acme/apps/a\u0000.yaml",
    "tenants/acme/apps/a\n.yaml",
    "tenants/acme/apps\\shop.yaml",
    "tenants/acme/constructor/a.yaml",
    "tenants/acme/databases/db.yaml",
    `tenants/acme/apps/${"a".repeat(64)}.yaml`,
    `tenants/acme/apps/${"a/".repeat(2_000)}.yaml`,
  ])("T-B12 says nothing to us: %j", (path) => {
    expect(placeOf(path)).toBeUndefined();
  });
});

describe("a listing", () => {
  it("is sorted into files, broken ones and others", () => {
    const tree = parseTree(
      entry("cluster.yaml") +
        entry("README.md") +
        entry("tenants/a.yaml", "120000") +
        entry("tenants/b.yaml", "160000", "-", "commit") +
        entry("tenants/c.yaml", "100644", limits.desired.fileBytes + 1) +
        entry("tenants/d.yaml", "100644", limits.desired.fileBytes),
    );
    expect(tree?.files.map(({ place }) => place.path)).toEqual(["cluster.yaml", "tenants/d.yaml"]);
    expect(tree?.broken).toEqual([
      { path: "tenants/a.yaml", message: "a link, submodule or program (mode 120000)" },
      { path: "tenants/b.yaml", message: "a link, submodule or program (mode 160000)" },
      { path: "tenants/c.yaml", message: "262145 bytes; at most 262144 are allowed" },
    ]);
    expect(tree?.ignored).toBe(1);
  });

  it("of an empty tree is empty", () => {
    expect(parseTree("")).toEqual({ files: [], broken: [], ignored: 0 });
  });

  it("is refused when it is none, or too long", () => {
    expect(parseTree("half a li")).toBeUndefined();
    expect(parseTree(entry("x").repeat(limits.desired.treeFiles + 1))).toBeUndefined();
  });
});
