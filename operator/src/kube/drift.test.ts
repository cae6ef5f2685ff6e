import { describe, expect, it, vi } from "vitest";
import { aWidgetWorld, service } from "./a-world.ts";
import type { Live } from "./kube.ts";

describe("drift", () => {
  it("undoes drift by one call", async () => {
    const { ask, calls, kube, registry, settle } = await aWidgetWorld();
    await ask({ parts: ["a"] });
    kube.edit(service("w-a"), { metadata: { labels: { colour: "green" } } });
    await settle();
    expect(calls()).toEqual(["apply services/n/w-a"]);
    expect(kube.find(service("w-a"))?.metadata.labels?.colour).toBe("red");
    expect(await registry.getSingleMetricAsString("skypanel_drift_repaired_total")).toContain('kind="Service"} 1');
  });

  it("counts a child that others deleted as drift", async () => {
    const { ask, calls, kube, registry, settle } = await aWidgetWorld();
    await ask({ parts: ["a"] });
    kube.remove(service("w-a"));
    await settle();
    expect(calls()).toEqual(["apply services/n/w-a"]);
    expect(await registry.getSingleMetricAsString("skypanel_drift_repaired_total")).toContain('kind="Service"} 1');
  });

  it("counts it also when the watch tells of the new child before the answer comes", async () => {
    const { ask, kube, registry, settle } = await aWidgetWorld();
    await ask({ parts: ["a"] });
    const { apply } = kube;
    kube.apply = async <T extends Live>(...call: Parameters<typeof apply>) => {
      const answer = await apply<T>(...call);
      await new Promise(setImmediate); // on its way while the watch's line arrives
      return answer;
    };
    kube.remove(service("w-a"));
    await settle();
    await vi.waitFor(async () => {
      expect(await registry.getSingleMetricAsString("skypanel_drift_repaired_total")).toContain('kind="Service"} 1');
    });
  });

  it("counts no drift for what its owner made, renamed or wanted again", async () => {
    const { ask, registry } = await aWidgetWorld();
    await ask({ parts: ["a"] });
    await ask({ parts: ["b"] });
    await ask({ parts: ["b", "a"] });
    await ask({ parts: ["b"] }, { annotations: { tick: "1" } });
    await ask({ parts: ["a"], colour: "blue" });
    expect(await registry.getSingleMetricAsString("skypanel_drift_repaired_total")).not.toContain("kind=");
  });
});
