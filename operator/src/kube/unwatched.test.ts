import { describe, expect, it } from "vitest";
import { aWidget, widget, widgetController, widgetRef, widgets } from "./a-widget.ts";
import { aCluster, aManager, aWidgetWorld } from "./a-world.ts";
import { KubeError, type Ref } from "./kube.ts";
import { namespaces, resourceOf, secrets } from "./resources.ts";
import type { Owner } from "./status.ts";

const secret: Ref = { resource: secrets, namespace: "n", name: "w-secret" };

const status = "status widgets.paas.skypanel.io/n/w";

describe("children that are not watched", () => {
  it("are recorded before they are created", async () => {
    const { ask, kube, widget } = await aWidgetWorld();
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

  it("are recorded by one write, however many there are", async () => {
    const names = ["s1", "s2", "s3", "s4", "s5"];
    const { ask, widget } = await aWidgetWorld({
      desired: ({ namespace }) =>
        names.map((name) => ({
          resource: secrets,
          manifest: { metadata: { name, namespace }, data: { value: name } },
        })),
    });
    const calls = await ask({});
    expect(calls).toHaveLength(1 + 2 * names.length + 1);
    expect([calls[0], calls.at(-1)]).toEqual([status, status]);
    expect(widget()?.status?.inventory).toHaveLength(5);
  });

  it("stay unwatched when a write of one gets no answer", async () => {
    const { ask, calls, clock, kube, manager } = await aWidgetWorld();
    kube.failNext("apply secrets", new KubeError("network", "cut", { outcomeKnown: false }), "after");
    const first = await ask({ parts: ["a"], secret: "s1" });
    await clock.advance(5_000);
    const all = [...first, ...calls()];
    expect(all.filter((call) => call === "apply secrets/n/w-secret")).toHaveLength(1);
    expect(manager.store.isWatched(secrets)).toBe(false);
  });

  it("cost nothing when nothing changes, and one look at a resync", async () => {
    const { ask, calls, clock, manager, settle } = await aWidgetWorld();
    await ask({ parts: ["a"], secret: "s1" });
    manager.poke(widgets, "n/w");
    await settle();
    expect(calls()).toEqual([]);
    await clock.advance(660_000);
    expect(calls()).toEqual(["get secrets/n/w-secret"]);
  });

  it("go when they are no longer desired", async () => {
    const { ask, kube, widget } = await aWidgetWorld();
    await ask({ parts: ["a"], secret: "s1" });
    await ask({ parts: ["a"] });
    expect(kube.find(secret)).toBeUndefined();
    expect(widget()?.status?.inventory).toBeUndefined();
  });

  it("are made again if the status that forgot them was never written", async () => {
    const { ask, clock, kube } = await aWidgetWorld();
    await ask({ parts: ["a"], secret: "s1" });
    kube.failNext(status, new KubeError("conflict", "modified", { status: 409 }));
    kube.edit(widgetRef(), aWidget({ parts: ["a"] }));
    await clock.advance(0);
    expect(kube.find(secret)).toBeUndefined();
    await ask({ parts: ["a"], secret: "s1" });
    await clock.advance(6_000);
    expect(kube.find(secret)).toBeDefined();
  });

  it("of an owner without a namespace are known by theirs", async () => {
    const cluster = aCluster();
    const estate: typeof widget = {
      ...widget,
      kind: "Estate",
      plural: "estates",
      singular: "estate",
      scope: "Cluster",
    };
    const place = (namespace: string): Ref => ({ ...secret, namespace });
    const estates = { resource: resourceOf(estate), name: "e" };
    const controller: ReturnType<typeof widgetController> = {
      ...widgetController({
        desired: ({ spec }) =>
          spec.parts.map((namespace) => ({
            resource: secrets,
            manifest: { metadata: { name: "w-secret", namespace }, data: { value: namespace } },
          })),
      }),
      kind: estate,
      watches: [],
    };
    cluster.kube.edit({ resource: namespaces, name: "m" }, { metadata: {} });
    const { settle } = await aManager(cluster, [controller]);
    const inventory = () => (cluster.kube.find(estates) as Owner | undefined)?.status?.inventory; // the estate's ref
    cluster.kube.edit(estates, aWidget({ parts: ["n", "m"] }));
    await settle();
    expect(inventory()).toMatchObject([
      { kind: "Secret", namespace: "m", name: "w-secret" },
      { kind: "Secret", namespace: "n", name: "w-secret" },
    ]);
    cluster.kube.edit(estates, aWidget({ parts: ["m"] }));
    await settle();
    expect([cluster.kube.find(place("n")), inventory()?.length]).toEqual([undefined, 1]);
    expect(cluster.kube.find(place("m"))).toBeDefined();
  });

  it("are found again if the process died right after the create", async () => {
    const first = await aWidgetWorld();
    first.kube.failNext("apply secrets/n/w-secret", new KubeError("network", "cut", { outcomeKnown: false }), "after");
    first.kube.edit(widgetRef(), aWidget({ parts: ["a"], secret: "s1" }));
    await first.clock.advance(100);
    await first.manager.stop();
    expect(first.calls().filter((call) => call === "apply secrets/n/w-secret")).toHaveLength(1);
    const second = await aWidgetWorld({}, first);
    await second.settle();
    expect(second.widget()?.status?.inventory).toMatchObject([{ name: "w-secret", uid: expect.any(String) }]);
    expect(second.calls().filter((call) => call === "apply secrets/n/w-secret")).toEqual([]);
  });
});
