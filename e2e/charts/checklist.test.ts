import { app } from "@skypanel/crds/kinds/app.ts";
import { limits } from "@skypanel/crds/limits.ts";
import { readManifest } from "@skypanel/crds/manifest.ts";
import { API_VERSION } from "@skypanel/crds/meta.ts";
import { describe, expect, it } from "vitest";
import { desired as desiredOfTenant } from "../../operator/src/tenants/desired.ts";
import { replayLine, seeded, seedsOf } from "../harness/seeds.ts";
import { aRandomSpec, aRandomTenant, aRandomWorld, childrenOf } from "./a-random-app.ts";
import { badPods, goodPod } from "./bad-pods.ts";
import { appBreaches, podBreaches, tenantBreaches } from "./checklist.ts";

const made = (children: ReturnType<typeof childrenOf>) =>
  children.map(({ resource, manifest }) => ({ kind: resource.kind, manifest }));

describe("T-A14 the checklist", () => {
  it.each(seedsOf("T-A14", 200))("holds for an app of seed %i", (seed) => {
    expect(appBreaches(made(childrenOf(aRandomWorld(seeded(seed))))), replayLine("T-A14", seed)).toEqual([]);
  });

  it.each(seedsOf("T-A14", 200))("holds for a tenant of seed %i", (seed) => {
    const children = desiredOfTenant(aRandomTenant(seeded(seed)));
    expect(tenantBreaches(made(children)), replayLine("T-A14", seed)).toEqual([]);
  });

  it("sees what is wrong with a pod", () => {
    expect(podBreaches(goodPod)).toEqual([]);
    const unseen = badPods.filter(
      ({ pod, isOnlyForTheServer }) => !isOnlyForTheServer && podBreaches(pod).length === 0,
    );
    expect(unseen.map(({ title }) => title)).toEqual([]);
  });

  it("sees what a tenant's namespace lacks", () => {
    const children = made(desiredOfTenant(aRandomTenant(seeded(1))));
    for (const kind of ["NetworkPolicy", "ResourceQuota", "LimitRange", "RoleBinding"]) {
      expect(tenantBreaches(children.filter((one) => one.kind !== kind)), kind).not.toEqual([]);
    }
  });
});

describe("T-Z04 an app's spec becomes manifests", () => {
  it("that pass the schema, are the same each time, and few, for 1,000 seeds", () => {
    const seeds = seedsOf("T-Z04", 1_000);
    const wrong = seeds.flatMap((seed) => {
      const metadata = { name: "shop", namespace: "sp-acme" };
      const manifest = { apiVersion: API_VERSION, kind: app.kind, metadata, spec: aRandomSpec(seeded(seed)) };
      const read = readManifest(app, manifest);
      const one = childrenOf(aRandomWorld(seeded(seed)));
      const two = childrenOf(aRandomWorld(seeded(seed)));
      const names = new Set(one.map(({ resource, manifest: { metadata: own } }) => `${resource.kind} ${own.name}`));
      return [
        ...(read.ok ? [] : [`${JSON.stringify(read.problems[0])}`]),
        ...(JSON.stringify(one) === JSON.stringify(two) ? [] : ["other bytes"]),
        ...(one.length <= limits.app.children ? [] : [`${one.length} children`]),
        ...(names.size === one.length ? [] : ["two children of one name"]),
        ...appBreaches(made(one)),
      ].map((problem) => `${problem}; ${replayLine("T-Z04", seed)}`);
    });
    expect(wrong.slice(0, 10)).toEqual([]);
  }, 60_000);
});
