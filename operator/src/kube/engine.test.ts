import { reason } from "@skypanel/crds/reasons.ts";
import { describe, expect, it } from "vitest";
import { aWidget, type Overrides, widgetController, widgetRef, widgets } from "./a-widget.ts";
import { aCluster, aManager, type ClusterInMemory } from "./a-world.ts";
import {
  appliedAnnotation,
  ownerUidLabel,
  pausedAnnotation,
  reconcileAtAnnotation,
  revisionAnnotation,
} from "./inventory.ts";
import { KubeError, type Ref } from "./kube.ts";
import { secrets, services } from "./resources.ts";
import type { Owner } from "./status.ts";

const service = (name: string): Ref => ({ resource: services, namespace: "n", name });
const eventsResource = { group: "events.k8s.io", version: "v1", kind: "Event", plural: "events", namespaced: true };
const secret: Ref = { resource: secrets, namespace: "n", name: "w-secret" };

async function world(overrides: Overrides = {}, cluster: ClusterInMemory = aCluster()) {
  const { kube } = cluster;
  const run = await aManager(cluster, [widgetController(overrides)]);
  const widget = () => kube.find(widgetRef()) as Owner | undefined; // the widget's ref
  const condition = (type: string) => widget()?.status?.conditions?.find((one) => one.type === type);
  const ask = async (wish: Parameters<typeof aWidget>[0], metadata: Record<string, Record<string, string>> = {}) => {
    kube.edit(widgetRef(), aWidget(wish, metadata));
    await run.settle();
    return run.calls();
  };
  return { ...cluster, ...run, widget, condition, ask };
}

describe("the engine", () => {
  it("creates k children by k calls and one status write", async () => {
    const { ask, kube, widget } = await world();
    expect(await ask({ parts: ["a", "b"] })).toEqual([
      "apply services/n/w-a",
      "apply services/n/w-b",
      "status widgets.paas.skypanel.io/n/w",
    ]);
    expect(kube.find(service("w-a"))?.metadata).toMatchObject({
      labels: { [ownerUidLabel]: widget()?.metadata.uid, "app.kubernetes.io/managed-by": "skypanel-operator" },
      ownerReferences: [{ kind: "Widget", name: "w", uid: widget()?.metadata.uid, controller: true }],
      annotations: { [appliedAnnotation]: expect.stringMatching(/^[0-9a-f]{16}$/) },
    });
    expect(widget()?.status).toMatchObject({ phase: "Live", observedGeneration: 1 });
  });

  it("makes no call when nothing is to be done", async () => {
    const { ask, calls, clock, manager } = await world();
    await ask({ parts: ["a", "b"] });
    await clock.advance(3_600_000);
    expect(calls()).toEqual([]);
    expect(manager.backlog()).toBe(1); // it waits for its resync
  });

  it("makes no call after a restart", async () => {
    const first = await world();
    await first.ask({ parts: ["a"] });
    await first.manager.stop();
    const second = await world({}, first);
    await second.settle();
    expect(second.calls()).toEqual([]);
  });

  it("makes two calls for the change of one child", async () => {
    const { ask } = await world();
    await ask({ parts: ["a"] });
    expect(await ask({ parts: ["a"], colour: "blue" })).toEqual([
      "apply services/n/w-a",
      "status widgets.paas.skypanel.io/n/w",
    ]);
  });

  it("undoes drift by one call", async () => {
    const { ask, calls, kube, registry, settle } = await world();
    await ask({ parts: ["a"] });
    kube.edit(service("w-a"), { metadata: { labels: { colour: "green" } } });
    await settle();
    expect(calls()).toEqual(["apply services/n/w-a"]);
    expect(kube.find(service("w-a"))?.metadata.labels?.colour).toBe("red");
    expect(await registry.getSingleMetricAsString("skypanel_drift_repaired_total")).toContain('kind="Service"} 1');
  });

  it("leaves fields alone that it does not apply", async () => {
    const { ask, calls, kube, settle } = await world();
    await ask({ parts: ["a"] });
    kube.edit(service("w-a"), { metadata: { annotations: { theirs: "yes" } } });
    await settle();
    expect(calls()).toEqual([]);
    expect(kube.find(service("w-a"))?.metadata.annotations?.theirs).toBe("yes");
  });

  it("makes a deleted child anew", async () => {
    const { ask, kube, settle } = await world();
    await ask({ parts: ["a"] });
    kube.remove(service("w-a"));
    await settle();
    expect(kube.find(service("w-a"))).toBeDefined();
  });

  it("prunes what is no longer desired, after the applies", async () => {
    const { ask, kube } = await world();
    await ask({ parts: ["a", "b"] });
    expect(await ask({ parts: ["a", "c"] })).toEqual([
      "apply services/n/w-c",
      "delete services/n/w-b",
      "status widgets.paas.skypanel.io/n/w",
    ]);
    expect(kube.find(service("w-b"))).toBeUndefined();
  });

  it("prunes nothing while an apply fails", async () => {
    const { ask, calls, clock, kube } = await world();
    await ask({ parts: ["a", "b"] });
    kube.failNext(
      "apply services/n/w-c",
      new KubeError("quota", "exceeded quota: q, requested: services=1", { status: 403 }),
    );
    expect(await ask({ parts: ["a", "c"] })).toEqual(["apply services/n/w-c", "status widgets.paas.skypanel.io/n/w"]);
    await clock.advance(30_000);
    expect(calls()).toContain("delete services/n/w-b");
  });

  it("prunes nothing when nothing at all is desired", async () => {
    const { ask, condition, kube } = await world();
    await ask({ parts: ["a"] });
    await ask({ parts: [] });
    expect(kube.find(service("w-a"))).toBeDefined();
    expect(condition("Reconciling")).toMatchObject({ status: "True", reason: "RenderEmpty" });
  });

  it("holds mass removal back", async () => {
    const { ask, condition, kube } = await world();
    const many = Array.from({ length: 130 }, (_, n) => `p${n}`);
    await ask({ parts: many });
    await ask({ parts: ["p0"] });
    expect(condition("Reconciling")).toMatchObject({ reason: "PruneHeld" });
    expect(many.filter((part) => kube.find(service(`w-${part}`)) !== undefined)).toHaveLength(10);
  });

  it("does not take a name that belongs to somebody else", async () => {
    const { ask, condition, kube } = await world();
    kube.edit(service("w-a"), { metadata: {}, spec: { theirs: true } });
    const calls = await ask({ parts: ["a"] });
    expect(calls).toEqual(["status widgets.paas.skypanel.io/n/w"]);
    expect(condition("Reconciling")).toMatchObject({
      reason: "NameTaken",
      message: "Service w-a is not ours. Rename or remove it.",
    });
    expect(kube.find(service("w-a"))).toMatchObject({ spec: { theirs: true } });
  });

  it("lets go of a name that was taken a moment before", async () => {
    const { ask, kube, condition } = await world();
    kube.watches.hold(); // the cache does not see it yet
    kube.edit(service("w-a"), { metadata: {}, spec: { theirs: true } });
    kube.edit(widgetRef(), aWidget({ parts: ["a"] }));
    kube.watches.release();
    await ask({ parts: ["a"] });
    expect(kube.find(service("w-a"))).toMatchObject({ spec: { theirs: true } });
    expect(kube.find(service("w-a"))?.metadata.labels).toBeUndefined();
    expect(condition("Reconciling")?.reason).toBe("NameTaken");
  });

  it("waits for its own write to be seen before it decides again", async () => {
    const { calls, clock, kube, settle } = await world();
    kube.edit(widgetRef(), aWidget({ parts: ["a"] }));
    await clock.advance(0);
    kube.watches.hold();
    await settle();
    const made = calls().filter((call) => call === "apply services/n/w-a");
    kube.edit(widgetRef(), aWidget({ parts: ["a"], colour: "blue" }));
    await settle();
    kube.watches.release();
    await settle();
    expect(made.length + calls().filter((call) => call === "apply services/n/w-a").length).toBe(2); // one create, one change
  });

  it("refuses a spec that does not fit, and names the field", async () => {
    const { condition, kube, settle } = await world();
    kube.edit(widgetRef(), { metadata: {}, spec: { parts: "none" } });
    await settle();
    expect(condition("Stalled")).toMatchObject({ status: "True", reason: "SpecInvalid" });
    expect(condition("Stalled")?.message).toContain("spec.parts");
  });

  it("says that nobody owns the namespace, and does nothing there", async () => {
    const cluster = aCluster();
    const { calls, settle } = await aManager(cluster, [widgetController()], () => "unmanaged");
    cluster.kube.edit(widgetRef(), aWidget({ parts: ["a"] }));
    await settle();
    expect(calls()).toEqual(["status widgets.paas.skypanel.io/n/w"]);
    expect(cluster.kube.find(widgetRef())).toMatchObject({
      status: {
        conditions: [{ reason: "NamespaceNotManaged" }, {}, { status: "True", reason: "NamespaceNotManaged" }],
      },
    });
  });

  it("does not even look at what another operator has", async () => {
    const cluster = aCluster();
    const { calls, settle } = await aManager(cluster, [widgetController()], () => "elsewhere");
    cluster.kube.edit(widgetRef(), aWidget({ parts: ["a"] }));
    await settle();
    expect(calls()).toEqual([]);
  });

  it("touches nothing while an engineer has paused it", async () => {
    const { ask, condition, kube, settle, calls } = await world();
    await ask({ parts: ["a"] });
    await ask({ parts: ["a"], colour: "blue" }, { annotations: { [pausedAnnotation]: "true" } });
    kube.remove(service("w-a"));
    await settle();
    expect(calls().filter((call) => call.startsWith("apply"))).toEqual([]);
    expect(condition("Stalled")?.reason).toBe("Paused");
  });

  it("gives a receipt for a reconcile that was asked for, and the revision", async () => {
    const { ask, widget } = await world();
    await ask({ parts: ["a"] }, { annotations: { [reconcileAtAnnotation]: "now", [revisionAnnotation]: "f00d" } });
    expect(widget()?.status).toMatchObject({ lastHandledReconcileAt: "now", revision: "f00d" });
  });

  it("shows a fault of ours by an id alone", async () => {
    const { ask, condition } = await world({
      desired: () => {
        throw new Error("hunter2");
      },
    });
    await ask({ parts: ["a"] });
    expect(condition("Reconciling")).toMatchObject({ status: "True", reason: "InternalError" });
    expect(condition("Reconciling")?.message).not.toContain("hunter2");
  });

  it("applies nothing when its kind sees a problem", async () => {
    const problem = { k: "wait", reason: reason("DependencyNotReady", { kind: "Sealed", name: "s" }) } as const;
    const { ask, condition, widget } = await world({ desired: () => problem });
    expect(await ask({ parts: ["a"] })).toEqual(["status widgets.paas.skypanel.io/n/w"]);
    expect(condition("Reconciling")?.reason).toBe("DependencyNotReady");
    expect(widget()?.status).toMatchObject({ phase: "Blocked", observedGeneration: 0 });
  });

  it("tells a person once what it waits for", async () => {
    const waits = { k: "wait", reason: reason("RollingOut", { time: "now" }) } as const;
    const { ask, kube, settle } = await world({ outcome: () => waits });
    await ask({ parts: ["a"] });
    kube.edit(service("w-a"), { metadata: { annotations: { tick: "1" } } });
    await settle();
    const events: unknown[] = [];
    for await (const { items } of kube.list(eventsResource, { limit: 10 })) events.push(...items);
    expect(events).toMatchObject([{ type: "Normal", reason: "RollingOut", regarding: { kind: "Widget", name: "w" } }]);
  });
});

describe("children that are not watched", () => {
  it("are recorded before they are created", async () => {
    const { ask, kube, widget } = await world();
    expect(await ask({ parts: ["a"], secret: "s1" })).toEqual([
      "status widgets.paas.skypanel.io/n/w",
      "get secrets/n/w-secret",
      "apply secrets/n/w-secret",
      "apply services/n/w-a",
      "status widgets.paas.skypanel.io/n/w",
    ]);
    const { uid } = kube.find(secret)?.metadata ?? {};
    expect(widget()?.status?.inventory).toMatchObject([{ kind: "Secret", name: "w-secret", uid }]);
  });

  it("cost nothing when nothing changes, and one look at a resync", async () => {
    const { ask, calls, clock, manager, settle } = await world();
    await ask({ parts: ["a"], secret: "s1" });
    manager.poke(widgets, "n/w");
    await settle();
    expect(calls()).toEqual([]);
    await clock.advance(660_000);
    expect(calls()).toEqual(["get secrets/n/w-secret"]);
  });

  it("go when they are no longer desired", async () => {
    const { ask, kube, widget } = await world();
    await ask({ parts: ["a"], secret: "s1" });
    await ask({ parts: ["a"] });
    expect(kube.find(secret)).toBeUndefined();
    expect(widget()?.status?.inventory).toBeUndefined();
  });

  it("are found again if the process died right after the create", async () => {
    const first = await world();
    first.kube.failNext("apply secrets/n/w-secret", new KubeError("network", "cut", { outcomeKnown: false }), "after");
    first.kube.edit(widgetRef(), aWidget({ parts: ["a"], secret: "s1" }));
    await first.clock.advance(100);
    await first.manager.stop();
    expect(first.calls().filter((call) => call === "apply secrets/n/w-secret")).toHaveLength(1);
    const second = await world({}, first);
    await second.settle();
    expect(second.widget()?.status?.inventory).toMatchObject([{ name: "w-secret", uid: expect.any(String) }]);
    expect(second.calls().filter((call) => call === "apply secrets/n/w-secret")).toEqual([]);
  });
});

describe("clean-up", () => {
  it("adds the finalizer before anything else, and lets go once clean", async () => {
    let isClean = false;
    const waits = { k: "wait", afterMs: 1_000, reason: reason("Deleting", { time: "now" }) } as const;
    const { ask, clock, kube, widget, condition } = await world({
      cleanup: async () => (isClean ? { k: "done" } : waits),
    });
    await ask({ parts: ["a"] });
    expect(widget()?.metadata.finalizers).toEqual(["paas.skypanel.io/cleanup"]);
    kube.remove(widgetRef());
    await clock.advance(2_000);
    expect(condition("Reconciling")?.reason).toBe("Deleting");
    isClean = true;
    await clock.advance(2_000);
    expect([widget(), kube.find(service("w-a"))]).toEqual([undefined, undefined]);
  });

  it("is not asked of a kind that has none", async () => {
    const { ask, kube, calls, settle } = await world();
    await ask({ parts: ["a"] });
    kube.remove(widgetRef());
    await settle();
    expect(calls()).toEqual([]);
    expect(kube.find(service("w-a"))).toBeUndefined();
  });
});

describe("failures", () => {
  it("are tried again and healed, without a second create", async () => {
    const { clock, kube, widget, calls } = await world();
    kube.failNext("apply services/n/w-a", new KubeError("network", "cut", { outcomeKnown: false }), "after");
    kube.edit(widgetRef(), aWidget({ parts: ["a"] }));
    await clock.advance(10_000);
    expect(calls().filter((call) => call.startsWith("apply"))).toEqual(["apply services/n/w-a"]);
    expect(widget()?.status?.conditions?.[1]).toMatchObject({ status: "False" });
  });

  it("of an old copy are no failures", async () => {
    const { ask, clock, kube, registry } = await world();
    await ask({ parts: ["a"] });
    kube.failNext("apply services/n/w-a", new KubeError("conflict", "modified", { status: 409 }));
    await ask({ parts: ["a"], colour: "blue" });
    await clock.advance(1_000);
    expect(kube.find(service("w-a"))?.metadata.labels).toMatchObject({
      colour: "blue",
    });
    expect(await registry.getSingleMetricAsString("controller_runtime_reconcile_errors_total")).not.toContain(
      "widgets",
    );
  });
});
