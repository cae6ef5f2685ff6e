import { describe, expect, it } from "vitest";
import { aWidget, type widget, widgetController, widgetRef, widgets } from "./a-widget.ts";
import { aCluster, aManager, failTest, silent } from "./a-world.ts";
import { breaker } from "./breaker.ts";
import type { KindController } from "./controller.ts";
import { KubeError, type Live } from "./kube.ts";
import { startManager } from "./manager.ts";
import { type ChildKind, services } from "./resources.ts";

const service = { resource: services, namespace: "n", name: "w-a" };
const routes: ChildKind = {
  ...{ group: "gateway.networking.k8s.io", version: "v1", kind: "HTTPRoute", plural: "httproutes", namespaced: true },
  ...{ rank: 10, lists: {}, foreign: "stub", optional: true },
};
const route = { resource: routes, namespace: "n", name: "r" };

function standby(
  cluster: ReturnType<typeof aCluster>,
  newId = () => "run",
  onBroken: (why: string) => void = failTest,
) {
  const { clock, kube, metrics, random } = cluster;
  const held = Promise.withResolvers<void>();
  const seen: (readonly [string, string | undefined, string | undefined])[] = [];
  const manager = startManager({
    ...{ kube, clock, metrics, random, log: silent, identity: "test", scope: () => "managed", tenantOf: () => "t" },
    controllers: [widgetController()],
    lease: { held: held.promise, release: async () => {} },
    breaker: breaker({ clock, random, probe: async () => true }),
    newId,
    onBroken,
    onObject: ({ kind }, before, after) => seen.push([kind, before?.metadata.name, after?.metadata.name]),
  });
  return { manager, held, seen };
}

describe("the manager", () => {
  it("keeps its caches warm on standby, and writes nothing", async () => {
    const cluster = aCluster();
    const { manager, held } = standby(cluster);
    cluster.kube.edit(widgetRef(), aWidget({ parts: ["a"] }));
    await cluster.clock.advance(60_000);
    expect(manager.store.table(widgets).size()).toBe(1);
    expect(cluster.kube.find(service)).toBeUndefined();
    held.resolve();
    await manager.leading;
    await cluster.clock.advance(1_000);
    expect(cluster.kube.find(service)).toBeDefined();
  });

  it("is not ready until every cache is whole", async () => {
    const cluster = aCluster();
    for (let n = 0; n < 3; n += 1) cluster.kube.failNext("watch services", new KubeError("forbidden", "no"));
    const { manager } = standby(cluster);
    await cluster.clock.advance(100);
    expect(manager.unready()).toEqual(["services not synced"]);
    await cluster.clock.advance(60_000);
    expect([manager.unready(), manager.broken()]).toEqual([[], []]);
  });

  it("waits for a kind that is not installed yet", async () => {
    const cluster = aCluster();
    cluster.kube.absent.add("widgets.paas.skypanel.io");
    const { manager, held } = standby(cluster);
    held.resolve();
    await cluster.clock.advance(120_000);
    expect(manager.unready()).toEqual(["widgets.paas.skypanel.io not synced"]);
    cluster.kube.absent.clear();
    cluster.kube.edit(widgetRef(), aWidget({ parts: ["a"] }));
    await cluster.clock.advance(60_000);
    expect(manager.unready()).toEqual([]);
    expect(cluster.kube.find(service)).toBeDefined();
  });

  it("tells of every change of our kinds, its own status too", async () => {
    const cluster = aCluster();
    const { manager, held, seen } = standby(cluster);
    held.resolve();
    await cluster.clock.advance(0);
    cluster.kube.edit(widgetRef(), aWidget({ parts: ["a"] }));
    await cluster.clock.advance(1_000);
    cluster.kube.remove(widgetRef());
    await cluster.clock.advance(1_000);
    expect(seen).toEqual([
      ["Widget", undefined, "w"],
      ["Widget", "w", "w"],
      ["Widget", "w", undefined],
    ]);
    expect(manager.backlog()).toBe(0);
  });

  it("says at once that a controller ended that nobody stopped", async () => {
    const cluster = aCluster();
    const broken: string[] = [];
    const faulty = () => {
      throw new Error("a fault of ours");
    };
    const { held } = standby(cluster, faulty, (why) => broken.push(why));
    held.resolve();
    cluster.kube.edit(widgetRef(), aWidget({ parts: ["a"] }));
    await cluster.clock.advance(1_000);
    expect(broken).toEqual(["controller widgets.paas.skypanel.io ended"]);
  });

  it("takes no new work once it stops", async () => {
    const cluster = aCluster();
    const { manager, calls, settle } = await aManager(cluster, [widgetController()]);
    await manager.stop();
    cluster.kube.edit(widgetRef(), aWidget({ parts: ["a"] }));
    await settle();
    expect(calls()).toEqual([]);
  });

  it("lets a run that has begun end before it stops", async () => {
    const cluster = aCluster();
    let gathered = () => {};
    const { manager } = await aManager(cluster, [widgetController({ gather: () => gathered() })]);
    const begun = new Promise<void>((resolve) => {
      gathered = resolve;
    });
    cluster.kube.edit(widgetRef(), aWidget({ parts: ["a", "b"] }));
    await begun;
    const stopping = manager.stop();
    await cluster.clock.advance(10_000);
    await stopping;
    expect(cluster.kube.find(widgetRef())).toMatchObject({ status: { phase: "Live" } });
  });

  it("does not let bad objects hold up good ones", async () => {
    const cluster = aCluster();
    const failing: Pick<KindController<typeof widget, unknown>, "gather"> = {
      gather: async ({ metadata, spec }) => {
        if (metadata.name.startsWith("bad")) throw new Error("poison");
        return { name: metadata.name, namespace: metadata.namespace ?? "", spec };
      },
    };
    const { settle } = await aManager(cluster, [
      { ...widgetController(), ...failing } as ReturnType<typeof widgetController>,
    ]); // one method replaced
    for (let n = 0; n < 100; n += 1) cluster.kube.edit(widgetRef(`bad${n}`), aWidget({ parts: ["a"] }));
    cluster.kube.edit(widgetRef("good"), aWidget({ parts: ["a"] }));
    await settle();
    expect(cluster.kube.find({ ...service, name: "good-a" })).toBeDefined();
  });

  it("works on what changed while it was away", async () => {
    const cluster = aCluster();
    cluster.kube.edit(widgetRef(), aWidget({ parts: ["a"] }));
    const { settle } = await aManager(cluster, [widgetController()]);
    await settle();
    expect(cluster.kube.find(service)).toBeDefined();
  });
});

describe("an optional collection", () => {
  const routed = (seen: boolean[]): ReturnType<typeof widgetController> => {
    const base = widgetController();
    return {
      ...base,
      watches: [
        ...base.watches,
        { resource: routes, keys: (object: Live) => [`n/${object.metadata.labels?.of ?? ""}`] },
      ],
      gather: async (object, reader, signal) => {
        seen.push(reader.isServed(routes));
        return base.gather(object, reader, signal);
      },
    };
  };

  it("is not waited for where it is missing, and watched once it comes", async () => {
    const cluster = aCluster();
    cluster.kube.absent.add("httproutes.gateway.networking.k8s.io");
    const seen: boolean[] = [];
    const { settle, manager } = await aManager(cluster, [routed(seen)]);
    cluster.kube.edit(widgetRef(), aWidget({ parts: ["a"] }));
    await settle();
    cluster.kube.absent.clear();
    cluster.kube.edit(route, { metadata: { labels: { of: "w" } } });
    await cluster.clock.advance(601_000);
    expect([seen[0], seen.at(-1)]).toEqual([false, true]);
    expect(manager.store.table(routes).size()).toBe(1);
  });

  it("is given up when it goes", async () => {
    const cluster = aCluster();
    const seen: boolean[] = [];
    const { manager, settle } = await aManager(cluster, [routed(seen)]);
    cluster.kube.edit(widgetRef(), aWidget({ parts: ["a"] }));
    cluster.kube.edit(route, { metadata: { labels: { of: "nobody" } } });
    await settle();
    expect([manager.store.reader.isServed(routes), seen.at(-1)]).toEqual([true, true]);
    cluster.kube.absent.add("httproutes.gateway.networking.k8s.io");
    cluster.kube.watches.cut();
    for (let n = 0; n < 30; n += 1) await cluster.clock.advance(1_000);
    expect([manager.store.reader.isServed(routes), seen.at(-1)]).toEqual([false, false]);
    expect(manager.store.table(routes).size()).toBe(0);
  });
});
