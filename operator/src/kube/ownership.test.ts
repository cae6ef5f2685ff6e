import { describe, expect, it } from "vitest";
import { aWidget, widgetRef } from "./a-widget.ts";
import { aCluster, aWidgetWorld, service } from "./a-world.ts";
import { ownerUidLabel } from "./inventory.ts";
import { type JsonObject, KubeError, type Ref } from "./kube.ts";
import { secrets } from "./resources.ts";

const secret: Ref = { resource: secrets, namespace: "n", name: "w-secret" };
const wish = { parts: ["a", "b"], secret: "s" };
const marked = { "app.kubernetes.io/managed-by": "skypanel-operator" };

/** Objects of others that bear names we want, from the barest to one that pretends to be ours. */
const foreign: readonly [string, JsonObject][] = [
  ["bare", { metadata: {} }],
  ["with labels", { metadata: { labels: { app: "theirs" } } }],
  ["of another owner", { metadata: { ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "p", uid: "uid-1" }] } }],
  ["that says it is managed by us", { metadata: { labels: marked } }],
  ["of another of our objects", { metadata: { labels: { ...marked, [ownerUidLabel]: "somebody" } } }],
];
const places: readonly [string, Ref][] = [
  ["the first child", service("w-a")],
  ["the second child", service("w-b")],
  ["the unwatched child", secret],
];
const cases = foreign.flatMap(([what, body]) => places.map(([where, ref]) => [what, where, ref, body] as const));

describe("a foreign object", () => {
  it.each(cases)("T-F11 %s in the place of %s keeps every byte, and is named", async (_, __, ref, body) => {
    const { ask, clock, condition, kube } = await aWidgetWorld();
    const theirs = kube.edit(ref, { ...body, data: { of: "theirs" } });
    await ask(wish);
    await clock.advance(700_000);
    expect(kube.find(ref)).toEqual(theirs);
    expect(condition("Reconciling")).toMatchObject({ status: "True", reason: "NameTaken" });
  });

  it.each(cases)(
    "T-F11 %s in the place of %s that comes between look and write keeps every byte",
    async (...[, , ref, body]) => {
      const cluster = aCluster();
      const apply: typeof cluster.kube.apply = (at, wanted, options) => {
        const isFirst = at.name === ref.name && cluster.kube.find(ref) === undefined;
        if (isFirst) cluster.kube.edit(ref, { ...body, data: { of: "theirs" } });
        return cluster.kube.apply(at, wanted, options);
      };
      const { ask, condition, kube } = await aWidgetWorld({}, { ...cluster, kube: { ...cluster.kube, apply } });
      await ask(wish);
      expect(kube.find(ref)).toMatchObject({ data: { of: "theirs" } });
      expect(kube.find(ref)?.metadata.labels?.colour).toBeUndefined();
      expect(condition("Reconciling")).toMatchObject({ status: "True", reason: "NameTaken" });
    },
  );
});

describe("a child of ours", () => {
  it.each([
    ["its owner label", { labels: { [ownerUidLabel]: "another" } }],
    ["its managed-by label", { labels: { "app.kubernetes.io/managed-by": "Helm" } }],
    ["the hash of what was applied", { annotations: { "paas.skypanel.io/applied": "0" } }],
    ["a label we set", { labels: { colour: "theirs" } }],
  ])("T-F11 gets back %s by one write, when others took it", async (_, metadata) => {
    const { ask, calls, kube, settle } = await aWidgetWorld();
    await ask(wish);
    const before = kube.find(service("w-a"));
    kube.edit(service("w-a"), { metadata });
    await settle();
    expect(calls()).toEqual(["apply services/n/w-a"]);
    expect(kube.find(service("w-a"))?.metadata).toMatchObject({
      labels: before?.metadata.labels,
      annotations: before?.metadata.annotations,
    });
  });

  it("T-F11 that lost label and reference is no longer ours: it is left alone and named", async () => {
    const { ask, condition, kube, settle } = await aWidgetWorld();
    await ask(wish);
    kube.remove(service("w-a"));
    const theirs = kube.edit(service("w-a"), { metadata: { labels: { app: "theirs" } } });
    await settle();
    expect(kube.find(service("w-a"))).toEqual(theirs);
    expect(condition("Reconciling")).toMatchObject({ reason: "NameTaken" });
  });
});

describe("the calls of a run", () => {
  it("are those of the contract: create k + 1, a change 2, drift 1, delete 0, each Secret 2 and one record", async () => {
    const { ask, calls, kube, settle } = await aWidgetWorld();
    expect(await ask({ parts: ["a", "b", "c"] })).toHaveLength(3 + 1);
    expect(await ask({ parts: ["a", "b", "c"] })).toHaveLength(0);
    expect(await ask({ parts: ["a", "b", "c"], secret: "s" })).toHaveLength(2 + 1 + 1);
    kube.edit(service("w-b"), { metadata: { labels: { colour: "theirs" } } });
    await settle();
    expect(calls()).toHaveLength(1);
    kube.remove(widgetRef());
    await settle();
    expect(calls()).toHaveLength(0);
  });
});

describe("a removal", () => {
  it("that fails is tried again, and removes nothing else meanwhile that is wanted", async () => {
    const { ask, clock, condition, kube } = await aWidgetWorld();
    await ask({ parts: ["a", "b", "c"] });
    for (const error of [
      new KubeError("unavailable", "no"),
      new KubeError("conflict", "modified"),
      new KubeError("forbidden", "no"),
    ]) {
      kube.failNext("delete services/n/w-b", error);
    }
    await ask({ parts: ["a"] });
    await clock.advance(20_000);
    const left = ["w-a", "w-b", "w-c"].filter((name) => kube.find(service(name)) !== undefined);
    expect([left, condition("Reconciling")?.status]).toEqual([["w-a"], "False"]);
  });

  it("goes from the last rank to the first, after all that is made", async () => {
    const { ask } = await aWidgetWorld();
    await ask({ parts: ["a"], secret: "s" });
    const calls = await ask({ parts: ["b"] });
    const writes = calls.filter((call) => /^(apply|delete)/.test(call));
    expect(writes).toEqual(["apply services/n/w-b", "delete services/n/w-a", "delete secrets/n/w-secret"]);
  });

  it("of what bears keep-until is left to its date", async () => {
    const { ask, kube } = await aWidgetWorld();
    await ask({ parts: ["a", "b"] });
    kube.edit(service("w-b"), { metadata: { labels: { "paas.skypanel.io/keep-until": "2031-01-01" } } });
    await ask({ parts: ["a"] });
    expect(kube.find(service("w-b"))).toBeDefined();
  });

  it("of many waits for the minute to pass, over all owners, and then goes on", async () => {
    const { calls, clock, condition, kube, settle } = await aWidgetWorld();
    const many = Array.from({ length: 70 }, (_, n) => `p${n}`);
    for (const name of ["w", "v"]) kube.edit(widgetRef(name), aWidget({ parts: many }));
    await settle();
    calls();
    for (const name of ["w", "v"]) kube.edit(widgetRef(name), aWidget({ parts: ["p0"] }));
    await settle();
    expect(calls().filter((call) => call.startsWith("delete"))).toHaveLength(120);
    await clock.advance(120_000);
    expect(calls().filter((call) => call.startsWith("delete"))).toHaveLength(2 * 69 - 120);
    expect(condition("Reconciling")).toMatchObject({ status: "False" });
  });
});
