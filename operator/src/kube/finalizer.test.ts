import { reason } from "@skypanel/crds/reasons.ts";
import { describe, expect, it } from "vitest";
import { aWidget, widgetController, widgetRef } from "./a-widget.ts";
import { aCluster, aManager, aWidgetWorld, service } from "./a-world.ts";
import { KubeError } from "./kube.ts";
import type { Outcome } from "./outcome.ts";
import { namespaces } from "./resources.ts";

const done: Outcome = { k: "done" };
const waits: Outcome = { k: "wait", afterMs: 5_000, reason: reason("Deleting", { time: "now" }) };
const finalizer = "paas.skypanel.io/cleanup";

/** A widget whose clean-up ends as `next` says, and the number of clean-ups so far. */
async function aWidgetToClean(next: () => Outcome) {
  let cleanups = 0;
  const cleanup = async () => {
    cleanups += 1;
    return next();
  };
  const world = await aWidgetWorld({ cleanup });
  await world.ask({ parts: ["a"] });
  return { ...world, cleanups: () => cleanups };
}

describe("the finalizer", () => {
  it("T-F10 is there before the first child, and goes after the clean-up alone", async () => {
    const { ask, calls, kube, settle } = await aWidgetWorld({ cleanup: async () => done });
    const [first, ...rest] = await ask({ parts: ["a"] });
    expect(first).toBe("apply widgets.paas.skypanel.io/n/w");
    expect(rest).toContain("apply services/n/w-a");
    kube.remove(widgetRef());
    await settle();
    expect([calls(), kube.find(widgetRef())]).toEqual([["apply widgets.paas.skypanel.io/n/w"], undefined]);
  });

  it("T-F10 stays while the clean-up fails, and goes once it succeeds", async () => {
    let isFailing = true;
    const { clock, condition, kube, widget } = await aWidgetToClean(() => {
      if (isFailing) throw new KubeError("forbidden", 'cannot delete resource "volumes" in API group ""');
      return done;
    });
    kube.remove(widgetRef());
    await clock.advance(60_000);
    expect(widget()?.metadata.finalizers).toEqual([finalizer]);
    expect(condition("Reconciling")).toMatchObject({
      reason: "PermissionMissing",
      message: expect.stringContaining("delete volumes"),
    });
    isFailing = false;
    await clock.advance(60_000);
    expect([widget(), kube.find(service("w-a"))]).toEqual([undefined, undefined]);
  });

  it("T-F10 stays while the clean-up waits, which costs nobody else", async () => {
    let outcome: Outcome = waits;
    const { clock, cleanups, kube, widget } = await aWidgetToClean(() => outcome);
    kube.remove(widgetRef());
    kube.edit(widgetRef("other"), aWidget({ parts: ["a"] }));
    await clock.advance(60_000);
    expect([widget()?.metadata.finalizers, kube.find(service("other-a")) !== undefined]).toEqual([[finalizer], true]);
    expect(cleanups()).toBe(13); // at once and every 5 s
    outcome = done;
    await clock.advance(5_000);
    expect(widget()).toBeUndefined();
  });

  it("T-F10 is never added to what is being deleted", async () => {
    const cluster = aCluster();
    const { kube } = cluster;
    kube.edit(widgetRef(), aWidget({ parts: ["a"] }, { finalizers: ["theirs"] as unknown as Record<string, string> })); // a list
    kube.remove(widgetRef());
    const { calls, settle } = await aManager(cluster, [widgetController({ cleanup: async () => done })]);
    await settle();
    expect([calls(), kube.find(service("w-a"))]).toEqual([[], undefined]);
    expect(kube.find(widgetRef())?.metadata.finalizers).toEqual(["theirs"]);
  });

  it("T-F10 lets a namespace go that is deleted as a whole, and makes nothing in it meanwhile", async () => {
    const { calls, clock, kube } = await aWidgetToClean(() => done);
    calls();
    kube.remove({ resource: namespaces, name: "n" });
    await clock.advance(60_000);
    expect(calls().filter((call) => call.startsWith("apply services"))).toEqual([]);
    expect([kube.find(widgetRef()), kube.find({ resource: namespaces, name: "n" })]).toEqual([undefined, undefined]);
  });
});
