import { reason } from "@skypanel/crds/reasons.ts";
import { createLog } from "@skypanel/runtime/log.ts";
import { describe, expect, it } from "vitest";
import { aWidget, widgetController, widgetRef } from "./a-widget.ts";
import { aCluster, aManager, aWidgetWorld, service } from "./a-world.ts";
import { KubeError, type Live } from "./kube.ts";

const eventsResource = { group: "events.k8s.io", version: "v1", kind: "Event", plural: "events", namespaced: true };

describe("clean-up", () => {
  it("adds the finalizer before anything else, and lets go once clean", async () => {
    let isClean = false;
    const waits = { k: "wait", afterMs: 1_000, reason: reason("Deleting", { time: "now" }) } as const;
    const { ask, clock, kube, widget, condition } = await aWidgetWorld({
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
    const { ask, kube, calls, settle } = await aWidgetWorld();
    await ask({ parts: ["a"] });
    kube.remove(widgetRef());
    await settle();
    expect(calls()).toEqual([]);
    expect(kube.find(service("w-a"))).toBeUndefined();
  });
});

describe("an object that is deleted while it is run", () => {
  it.each([
    ["before its status is written", "status widgets.paas.skypanel.io/n/w"],
    ["before it is locked for clean-up", "apply widgets.paas.skypanel.io/n/w"],
  ])("ends quietly: %s", async (_, call) => {
    const cluster = aCluster();
    const { kube, registry } = cluster;
    const gone = () => {
      kube.failNext(call, new KubeError("notFound", "not found", { status: 404 }));
      kube.remove(widgetRef());
    };
    const cleanup = call.startsWith("apply") ? { cleanup: async () => ({ k: "done" }) as const } : {};
    const lines: string[] = [];
    const scope = () => {
      gone();
      return "managed" as const;
    };
    const log = createLog({ name: "test", level: "info", destination: { write: (line) => void lines.push(line) } });
    await aManager(cluster, [widgetController(cleanup)], scope, log);
    kube.edit(widgetRef(), aWidget({ parts: [] }));
    await cluster.clock.advance(10_000);
    expect(lines.filter((line) => line.includes("reconcile failed"))).toEqual([]);
    expect(await registry.getSingleMetricAsString("controller_runtime_reconcile_total")).toContain('result="gone"} 1');
  });
});

describe("failures", () => {
  it("are tried again and healed, without a second create", async () => {
    const { clock, kube, widget, calls } = await aWidgetWorld();
    kube.failNext("apply services/n/w-a", new KubeError("network", "cut", { outcomeKnown: false }), "after");
    kube.edit(widgetRef(), aWidget({ parts: ["a"] }));
    await clock.advance(10_000);
    expect(calls().filter((call) => call.startsWith("apply"))).toEqual(["apply services/n/w-a"]);
    expect(widget()?.status?.conditions?.[1]).toMatchObject({ status: "False" });
  });

  it("of an old copy are no failures", async () => {
    const { ask, clock, kube, registry } = await aWidgetWorld();
    await ask({ parts: ["a"] });
    kube.failNext("apply services/n/w-a", new KubeError("conflict", "modified", { status: 409 }));
    await ask({ parts: ["a"], colour: "blue" });
    await clock.advance(6_000); // no newer copy comes, so it is read
    expect(kube.find(service("w-a"))?.metadata.labels).toMatchObject({
      colour: "blue",
    });
    expect(await registry.getSingleMetricAsString("controller_runtime_reconcile_errors_total")).not.toContain(
      "widgets",
    );
  });
});

describe("a failure that lasts", () => {
  it("is shown from the seventh on with the next try, which a new process honours", async () => {
    const first = await aWidgetWorld({
      gather: () => {
        throw new Error("poison");
      },
    });
    await first.ask({ parts: ["a"] });
    expect(first.widget()?.status?.failures).toBeUndefined();
    await first.clock.advance(60_000);
    const { failures = 0, nextAttemptAt = "" } = first.widget()?.status ?? {};
    expect(failures).toBeGreaterThanOrEqual(7);
    await first.manager.stop();
    let gathered = 0;
    const count = () => {
      gathered += 1;
    };
    const second = await aWidgetWorld({ gather: count }, first);
    await second.settle();
    await second.clock.advance(5_000);
    expect(gathered).toBe(0);
    await second.clock.advance(Date.parse(nextAttemptAt) - second.clock.now() + 1_000);
    expect(gathered).toBeGreaterThan(0);
    expect(second.widget()?.status).toMatchObject({ phase: "Live" });
    expect(second.widget()?.status?.failures).toBeUndefined();
  });

  it("goes on counting in a new process", async () => {
    const poison = () => {
      throw new Error("poison");
    };
    const first = await aWidgetWorld({ gather: poison });
    await first.ask({ parts: ["a"] });
    await first.clock.advance(60_000);
    const { failures = 0 } = first.widget()?.status ?? {};
    await first.manager.stop();
    const second = await aWidgetWorld({ gather: poison }, first);
    await second.clock.advance(60_000);
    expect(second.widget()?.status?.failures).toBe(failures + 1);
  });

  it("of ours has one id, one event's series and no writes but from the seventh on", async () => {
    const { ask, calls, clock, condition, kube } = await aWidgetWorld({
      gather: () => {
        throw new Error("poison");
      },
    });
    await ask({ parts: ["a"] });
    const shown = condition("Reconciling")?.message;
    await clock.advance(10_000); // five more tries
    expect([calls(), condition("Reconciling")?.message]).toEqual([[], shown]);
    await clock.advance(300_000);
    const events: Live[] = [];
    for await (const { items } of kube.list(eventsResource, { limit: 10 })) events.push(...items);
    expect(events).toMatchObject([{ reason: "InternalError", series: { count: expect.any(Number) } }]);
  });

  it("of the API is not shown for its first minute", async () => {
    const { clock, condition, kube, widget } = await aWidgetWorld();
    const down = () => new KubeError("unavailable", "down", { status: 503 });
    for (let n = 0; n < 40; n += 1) kube.failNext("apply services", down());
    kube.edit(widgetRef(), aWidget({ parts: ["a"] }));
    await clock.advance(30_000);
    expect(widget()?.status).toBeUndefined();
    await clock.advance(60_000);
    expect(condition("Reconciling")).toMatchObject({ status: "True", reason: "ApiUnavailable" });
  });
});
