import { describe, expect, it } from "vitest";
import { dumped } from "./a-record.ts";
import { aWidget, widgetController, widgetRef, widgets } from "./a-widget.ts";
import { aCluster, aManager, aWidgetWorld } from "./a-world.ts";
import type { Ref } from "./kube.ts";
import { secrets, services } from "./resources.ts";

const all = [widgets, services, secrets];

describe("an object that is deleted and made again at once", () => {
  const secret: Ref = { resource: secrets, namespace: "n", name: "w-secret" };
  const first = { parts: ["a", "b"], secret: "old" };
  const second = { parts: ["b", "c"], colour: "blue", secret: "new" };

  /** Lives through a create and an update, and is exchanged for another of the name before its write number `at`. */
  async function exchanged(at: number) {
    const cluster = aCluster();
    const { clock, kube } = cluster;
    let writes = 0;
    let isExchanged = false;
    const exchange = () => {
      writes += 1;
      if (writes !== at) return;
      isExchanged = true;
      kube.remove(widgetRef());
      kube.edit(widgetRef(), aWidget(second));
    };
    const spied: typeof kube = {
      ...kube,
      apply: (ref, body, options) => {
        if (ref.resource.plural !== "events") exchange();
        return kube.apply(ref, body, options);
      },
      delete: (ref, precondition) => {
        exchange();
        const victim = kube.find(ref);
        if (victim?.metadata.labels?.["paas.skypanel.io/owner-uid"] === kube.find(widgetRef())?.metadata.uid) {
          expect(precondition.uid, `at write ${at}`).toBe(victim?.metadata.uid);
        }
        return kube.delete(ref, precondition);
      },
    };
    await aManager({ ...cluster, kube: spied }, [widgetController()]);
    kube.edit(widgetRef(), aWidget(first));
    await clock.advance(1_000);
    if (!isExchanged) kube.edit(widgetRef(), aWidget({ parts: ["b"], colour: "green" }));
    await clock.advance(10_000);
    return { kube, isExchanged };
  }

  it("T-F10 ends as the new one alone, wherever in create and update it happens", async () => {
    const { ask, kube: fresh } = await aWidgetWorld();
    await ask(second);
    const wanted = await dumped(fresh, all);
    let points = 0;
    for (let at = 1; ; at += 1) {
      const { isExchanged, kube } = await exchanged(at);
      if (!isExchanged) break;
      points = at;
      expect(await dumped(kube, all), `at write ${at}`).toEqual(wanted);
      const uid = kube.find(widgetRef())?.metadata.uid;
      expect(kube.find(secret)?.metadata.ownerReferences?.[0]?.uid, `at write ${at}`).toBe(uid);
    }
    expect(points).toBeGreaterThanOrEqual(8);
  }, 120_000);

  it("T-F10 G-R5 leaves nothing when nobody makes it again, wherever it happens", async () => {
    for (let at = 1; at <= 8; at += 1) {
      const { clock, kube } = aCluster();
      let writes = 0;
      const leave = () => {
        writes += 1;
        if (writes === at) kube.remove(widgetRef());
      };
      const apply: typeof kube.apply = (ref, body, options) => {
        if (ref.resource.plural !== "events") leave();
        return kube.apply(ref, body, options);
      };
      const cluster = { ...aCluster(), clock, kube: { ...kube, apply } };
      await aManager(cluster, [widgetController()]);
      kube.edit(widgetRef(), aWidget(first));
      await clock.advance(1_000);
      if (writes < at) kube.edit(widgetRef(), aWidget({ ...first, colour: "green" }));
      await clock.advance(10_000);
      if (writes >= at) expect(await dumped(kube, all), `at write ${at}`).toEqual([]);
    }
  }, 60_000);
});
