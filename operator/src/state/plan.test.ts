import { describe, expect, it } from "vitest";
import type { Live } from "../kube/kube.ts";
import { aFile, appliedTo, aTree } from "./a-tree.ts";
import { plan } from "./plan.ts";

const acme = aFile("tenants/acme.yaml");
const shop = aFile("tenants/acme/apps/shop.yaml");
const vars = aFile("tenants/acme/secrets/vars.yaml");
const whole = aTree([shop, vars, acme]);
const paths = (all: readonly { place: { path: string } }[]) => all.map(({ place }) => place.path);
const without = (live: Live, label: string): Live => {
  const { [label]: _, ...labels } = live.metadata.labels ?? {};
  return { ...live, metadata: { ...live.metadata, labels } };
};

describe("what to apply", () => {
  it("is in the order in which things stand on each other", () => {
    expect(paths(plan(whole, []).apply)).toEqual([
      "cluster.yaml",
      "tenants/acme.yaml",
      "tenants/acme/secrets/vars.yaml",
      "tenants/acme/apps/shop.yaml",
    ]);
  });

  it("bears whose it is, its revision and its file", () => {
    const change = plan(whole, []).apply.at(-1);
    expect(change?.manifest).toMatchObject({
      metadata: {
        name: "shop",
        namespace: "sp-acme",
        labels: { "paas.skypanel.io/managed-by": "control-plane", "paas.skypanel.io/tenant": "acme" },
        annotations: {
          "paas.skypanel.io/revision": "blob of tenants/acme/apps/shop.yaml",
          "paas.skypanel.io/source": "tenants/acme/apps/shop.yaml",
        },
      },
      spec: { state: "Running" },
    });
  });

  it("is nothing when all is as it should be", () => {
    const planned = plan(whole, appliedTo(whole));
    expect(planned).toMatchObject({ apply: [], remove: [], broken: [], unchanged: 4, mayPrune: true });
  });

  it("is what has another revision", () => {
    const newer = aTree([acme, vars, aFile("tenants/acme/apps/shop.yaml", { state: "Stopped" }, {}, "newer")]);
    expect(paths(plan(newer, appliedTo(whole)).apply)).toEqual(["tenants/acme/apps/shop.yaml"]);
  });

  it("is what somebody edited by hand", () => {
    const edited = appliedTo(whole).map((live) =>
      live.kind === "App" ? { ...live, spec: { state: "Stopped" } } : live,
    );
    expect(paths(plan(whole, edited).apply)).toEqual(["tenants/acme/apps/shop.yaml"]);
  });

  it("is in the namespace the tenant names", () => {
    const named = aTree([
      aFile("tenants/acme.yaml", { namespace: "shops" }),
      aFile("tenants/acme/apps/shop.yaml", {}, { namespace: "shops" }),
    ]);
    expect(plan(named, [])).toMatchObject({ broken: [] });
  });
});

describe("what is broken though it is valid", () => {
  const broken = (...tree: Parameters<typeof plan>) => plan(...tree).broken;

  it("T-A17 is a file for what kubectl manages", () => {
    const theirs = appliedTo(whole).map((live) =>
      live.kind === "App" ? without(live, "paas.skypanel.io/managed-by") : live,
    );
    const planned = plan(aTree([acme, vars, shop]), theirs);
    expect(planned.broken).toEqual([
      { path: "tenants/acme/apps/shop.yaml", message: "kubectl manages it. Remove one of the two.", isElsewhere: true },
    ]);
    expect(planned.apply).toEqual([]);
  });

  it("T-A07 is an object in another tenant's namespace", () => {
    const there = aFile("tenants/acme/apps/shop.yaml", {}, { namespace: "sp-other" });
    expect(broken(aTree([acme, there]), [])).toEqual([
      { path: "tenants/acme/apps/shop.yaml", message: "metadata.namespace: must be sp-acme" },
    ]);
  });

  it("is an app of no tenant, also of one that is just removed", () => {
    const message = "there is no tenants/acme.yaml";
    expect(broken(aTree([shop]), [])).toEqual([{ path: "tenants/acme/apps/shop.yaml", message }]);
    expect(broken(aTree([shop]), appliedTo(whole))).toEqual([{ path: "tenants/acme/apps/shop.yaml", message }]);
  });

  it("T-A07 is a tenant that asks for another's namespace, and all of its files", () => {
    const thief = aFile("tenants/thief.yaml", { namespace: "sp-acme" });
    const theirs = aFile("tenants/thief/apps/shop.yaml", {}, { namespace: "sp-acme" });
    const message = "the tenant acme has the same namespace";
    const planned = plan(aTree([acme, shop, thief, theirs]), appliedTo(aTree([acme])));
    expect(planned.broken).toEqual([
      { path: "tenants/thief.yaml", message },
      { path: "tenants/thief/apps/shop.yaml", message },
    ]);
    expect(paths(planned.apply)).toEqual(["tenants/acme/apps/shop.yaml"]);
  });

  it("is each of two tenants that ask for one namespace at the same time", () => {
    const twins = ["a", "b"].map((name) => aFile(`tenants/${name}.yaml`, { namespace: "twin" }));
    expect(paths(plan(aTree(twins), []).apply)).toEqual(["cluster.yaml"]);
  });

  it("is not a tenant whose namespace was another's before", () => {
    const heir = aFile("tenants/heir.yaml", { namespace: "sp-acme" });
    expect(broken(aTree([heir]), appliedTo(aTree([acme])))).toEqual([]);
  });

  it("is named with the line of its namespace", () => {
    const there = { ...aFile("tenants/acme/apps/shop.yaml", {}, { namespace: "sp-other" }), namespaceLine: 3 };
    expect(broken(aTree([acme, there]), [])).toMatchObject([{ line: 3 }]);
  });

  it("is not an app whose tenant's file is broken", () => {
    const torn = aTree([shop, vars], { broken: [{ path: "tenants/acme.yaml", message: "torn" }] });
    expect(broken(torn, appliedTo(whole))).toEqual([{ path: "tenants/acme.yaml", message: "torn" }]);
  });
});

describe("T-F23 what to remove", () => {
  it("is what no file asks for, last things first", () => {
    const planned = plan(aTree([]), appliedTo(whole));
    expect(paths(planned.remove)).toEqual([
      "tenants/acme/apps/shop.yaml",
      "tenants/acme/secrets/vars.yaml",
      "tenants/acme.yaml",
    ]);
    expect(planned.mayPrune).toBe(true);
  });

  it("is never what a broken file stood for", () => {
    const torn = aTree([acme, vars], { broken: [{ path: "tenants/acme/apps/shop.yaml", message: "torn" }] });
    expect(plan(torn, appliedTo(whole))).toMatchObject({ remove: [], mayPrune: false });
  });

  it("is no tenant that still has files", () => {
    const torn = aTree([], { broken: [{ path: "tenants/acme/apps/other.yaml", message: "torn" }] });
    expect(paths(plan(torn, appliedTo(whole)).remove)).not.toContain("tenants/acme.yaml");
  });

  it("is nothing kubectl manages, and nothing on its way out", () => {
    const known = appliedTo(whole).map((live) =>
      live.kind === "App"
        ? without(live, "paas.skypanel.io/managed-by")
        : { ...live, metadata: { ...live.metadata, deletionTimestamp: "2030-01-01T00:00:00Z" } },
    );
    expect(plan(aTree([]), known).remove).toEqual([]);
  });

  it.each([
    ["the tree was not read whole", aTree([], { isWhole: false })],
    ["cluster.yaml is missing", { files: [acme], broken: [], isWhole: true }],
    ["the tree is empty", { files: [], broken: [], isWhole: true }],
    ["a file is broken", aTree([], { broken: [{ path: "x", message: "torn" }] })],
  ])("waits when %s", (_, tree) => {
    expect(plan(tree, appliedTo(whole)).mayPrune).toBe(false);
  });

  it("is confirmed by cluster.yaml alone", () => {
    const files = [aFile("cluster.yaml", { confirmPrune: "0123" })];
    expect(plan({ files, broken: [], isWhole: true }, []).confirmed).toBe("0123");
    expect(plan(aTree([]), []).confirmed).toBeUndefined();
  });

  it("knows an object without a source by its place", () => {
    const known = appliedTo(whole).map((live) => ({ ...live, metadata: { ...live.metadata, annotations: {} } }));
    expect(plan(aTree([]), known).remove).toHaveLength(3);
  });

  it("never is an object of another kind", () => {
    const stranger: Live = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "x", labels: { "paas.skypanel.io/managed-by": "control-plane" } },
    };
    expect(plan(aTree([]), [stranger]).remove).toEqual([]);
  });
});
