import { reason } from "@skypanel/crds/reasons.ts";
import { describe, expect, it } from "vitest";
import { aWidget, widgetChildren, widgetController, widgetRef } from "./a-widget.ts";
import { aCluster, aManager, aWidgetWorld, service } from "./a-world.ts";
import {
  appliedAnnotation,
  ownerUidLabel,
  pausedAnnotation,
  reconcileAtAnnotation,
  revisionAnnotation,
} from "./inventory.ts";
import { KubeError } from "./kube.ts";

const eventsResource = { group: "events.k8s.io", version: "v1", kind: "Event", plural: "events", namespaced: true };

describe("the engine", () => {
  it("creates k children by k calls and one status write", async () => {
    const { ask, kube, widget } = await aWidgetWorld();
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

  it("tells after 2 s that it is under way, and at the end how it is", async () => {
    const cluster = aCluster();
    let slowMs = 0;
    const clock = { ...cluster.clock, monotonic: () => cluster.clock.monotonic() + slowMs };
    const told: unknown[] = [];
    const { ask, condition, widget } = await aWidgetWorld(
      {
        desired: (world) => {
          slowMs += 2_001; // as long as a slow API takes
          return widgetChildren(world);
        },
        outcome: () => {
          told.push(widget()?.status?.observedGeneration, condition("Reconciling")?.status);
          return { k: "done" };
        },
      },
      { ...cluster, clock },
    );
    const status = "status widgets.paas.skypanel.io/n/w";
    expect(await ask({ parts: ["a"] })).toEqual([status, "apply services/n/w-a", status]);
    expect(told.slice(0, 2)).toEqual([0, "True"]);
    expect([widget()?.status?.observedGeneration, condition("Reconciling")?.status]).toEqual([1, "False"]);
  });

  it("makes no call when nothing is to be done", async () => {
    const { ask, calls, clock, manager } = await aWidgetWorld();
    await ask({ parts: ["a", "b"] });
    await clock.advance(3_600_000);
    expect(calls()).toEqual([]);
    expect(manager.backlog()).toBe(1); // it waits for its resync
  });

  it("makes no call after a restart", async () => {
    const first = await aWidgetWorld();
    await first.ask({ parts: ["a"] });
    await first.manager.stop();
    const second = await aWidgetWorld({}, first);
    await second.settle();
    expect(second.calls()).toEqual([]);
  });

  it("makes two calls for the change of one child", async () => {
    const { ask } = await aWidgetWorld();
    await ask({ parts: ["a"] });
    expect(await ask({ parts: ["a"], colour: "blue" })).toEqual([
      "apply services/n/w-a",
      "status widgets.paas.skypanel.io/n/w",
    ]);
  });

  it("leaves fields alone that it does not apply", async () => {
    const { ask, calls, kube, settle } = await aWidgetWorld();
    await ask({ parts: ["a"] });
    kube.edit(service("w-a"), { metadata: { annotations: { theirs: "yes" } } });
    await settle();
    expect(calls()).toEqual([]);
    expect(kube.find(service("w-a"))?.metadata.annotations?.theirs).toBe("yes");
  });

  it("makes a deleted child anew", async () => {
    const { ask, kube, settle } = await aWidgetWorld();
    await ask({ parts: ["a"] });
    kube.remove(service("w-a"));
    await settle();
    expect(kube.find(service("w-a"))).toBeDefined();
  });

  it("prunes what is no longer desired, after the applies", async () => {
    const { ask, kube } = await aWidgetWorld();
    await ask({ parts: ["a", "b"] });
    expect(await ask({ parts: ["a", "c"] })).toEqual([
      "apply services/n/w-c",
      "delete services/n/w-b",
      "status widgets.paas.skypanel.io/n/w",
    ]);
    expect(kube.find(service("w-b"))).toBeUndefined();
  });

  it("prunes nothing while an apply fails", async () => {
    const { ask, calls, clock, kube } = await aWidgetWorld();
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
    const { ask, condition, kube } = await aWidgetWorld();
    await ask({ parts: ["a"] });
    await ask({ parts: [] });
    expect(kube.find(service("w-a"))).toBeDefined();
    expect(condition("Reconciling")).toMatchObject({ status: "True", reason: "RenderEmpty" });
  });

  it("holds mass removal back", async () => {
    const { ask, condition, kube } = await aWidgetWorld();
    const many = Array.from({ length: 130 }, (_, n) => `p${n}`);
    await ask({ parts: many });
    await ask({ parts: ["p0"] });
    expect(condition("Reconciling")).toMatchObject({ reason: "PruneHeld" });
    expect(many.filter((part) => kube.find(service(`w-${part}`)) !== undefined)).toHaveLength(10);
  });

  it("does not take a name that belongs to somebody else", async () => {
    const { ask, condition, kube } = await aWidgetWorld();
    kube.edit(service("w-a"), { metadata: {}, spec: { theirs: true } });
    const calls = await ask({ parts: ["a"] });
    expect(calls).toEqual(["status widgets.paas.skypanel.io/n/w"]);
    expect(condition("Reconciling")).toMatchObject({
      reason: "NameTaken",
      message: "Service w-a is not ours. Rename or remove it.",
    });
    expect(kube.find(service("w-a"))).toMatchObject({ spec: { theirs: true } });
  });

  it("makes what it asked for once a foreign object has left the name", async () => {
    const { ask, calls, clock, kube, condition } = await aWidgetWorld();
    kube.edit(service("w-a"), { metadata: {}, spec: { theirs: true } });
    await ask({ parts: ["a"] });
    await clock.advance(120_000);
    expect([calls(), condition("Reconciling")?.reason]).toEqual([[], "NameTaken"]);
    kube.remove(service("w-a"));
    await clock.advance(31_000);
    expect(condition("Reconciling")).toMatchObject({ status: "False" });
    expect(kube.find(service("w-a"))?.metadata.labels).toMatchObject({ colour: "red" });
  });

  it("waits for its own write to be seen before it decides again", async () => {
    const { calls, clock, kube, settle } = await aWidgetWorld();
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
    const { condition, kube, settle } = await aWidgetWorld();
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
    const { ask, condition, kube, settle, calls } = await aWidgetWorld();
    await ask({ parts: ["a"] });
    await ask({ parts: ["a"], colour: "blue" }, { annotations: { [pausedAnnotation]: "true" } });
    kube.remove(service("w-a"));
    await settle();
    expect(calls().filter((call) => call.startsWith("apply"))).toEqual([]);
    expect(condition("Stalled")?.reason).toBe("Paused");
  });

  it("touches what is suspended although it is paused", async () => {
    const { ask, kube } = await aWidgetWorld({ isSuspended: ({ spec }) => spec.colour === "grey" });
    const paused = { annotations: { [pausedAnnotation]: "true" } };
    await ask({ parts: ["a"] });
    await ask({ parts: ["a"], colour: "blue" }, paused);
    expect(kube.find(service("w-a"))?.metadata.labels?.colour).toBe("red");
    await ask({ parts: ["a"], colour: "grey" }, paused);
    expect(kube.find(service("w-a"))?.metadata.labels?.colour).toBe("grey");
  });

  it("gives a receipt for a reconcile that was asked for, and the revision", async () => {
    const { ask, widget } = await aWidgetWorld();
    await ask({ parts: ["a"] }, { annotations: { [reconcileAtAnnotation]: "now", [revisionAnnotation]: "f00d" } });
    expect(widget()?.status).toMatchObject({ lastHandledReconcileAt: "now", revision: "f00d" });
  });

  it("shows a fault of ours by an id alone", async () => {
    const { ask, condition } = await aWidgetWorld({
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
    const { ask, condition, widget } = await aWidgetWorld({ desired: () => problem });
    expect(await ask({ parts: ["a"] })).toEqual(["status widgets.paas.skypanel.io/n/w"]);
    expect(condition("Reconciling")?.reason).toBe("DependencyNotReady");
    expect(widget()?.status).toMatchObject({ phase: "Blocked", observedGeneration: 0 });
  });

  it("tells a person once what it waits for", async () => {
    const waits = { k: "wait", reason: reason("RollingOut", { time: "now" }) } as const;
    const { ask, kube, settle } = await aWidgetWorld({ outcome: () => waits });
    await ask({ parts: ["a"] });
    kube.edit(service("w-a"), { metadata: { annotations: { tick: "1" } } });
    await settle();
    const events: unknown[] = [];
    for await (const { items } of kube.list(eventsResource, { limit: 10 })) events.push(...items);
    expect(events).toMatchObject([{ type: "Normal", reason: "RollingOut", regarding: { kind: "Widget", name: "w" } }]);
  });
});
