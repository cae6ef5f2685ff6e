import { describe, expect, it } from "vitest";
import { aWidget, widgetRef, widgets } from "./a-widget.ts";
import { aWidgetWorld } from "./a-world.ts";
import { KubeError, type Ref } from "./kube.ts";
import { secrets } from "./resources.ts";

const secret: Ref = { resource: secrets, namespace: "n", name: "w-secret" };

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
