import { reason } from "@skypanel/crds/reasons.ts";
import { createLog } from "@skypanel/runtime/log.ts";
import { describe, expect, it } from "vitest";
import { aWidget, widgetController, widgetRef } from "./a-widget.ts";
import { aCluster, aManager, aWidgetWorld, type ClusterInMemory, service } from "./a-world.ts";
import { reconcileAtAnnotation, revisionAnnotation } from "./inventory.ts";
import type { Outcome } from "./outcome.ts";

const minute = 60_000;
const rolling = reason("RollingOut", { time: "now" });

/** A widget whose runs all end in `outcome`; `runs` tells when the later ones were, in minutes after it was settled. */
async function aWidgetThat(outcome: Outcome) {
  const cluster = aCluster();
  const times: number[] = [];
  const gather = () => void times.push(cluster.clock.monotonic());
  const world = await aWidgetWorld({ outcome: () => outcome, gather }, cluster);
  await world.ask({ parts: ["a"] });
  const settled = times.splice(0).at(-1) ?? 0; // its own child's event was the last
  return { ...world, runs: () => times.map((time) => Math.round((time - settled) / 600) / 100) };
}

describe("the next run", () => {
  it("after done is the resync", async () => {
    const { clock, runs } = await aWidgetThat({ k: "done" });
    await clock.advance(25 * minute);
    expect(runs()).toEqual([10, 20]);
  });

  it("after a wait is in the given time", async () => {
    const { clock, runs } = await aWidgetThat({ k: "wait", afterMs: 4 * minute, reason: rolling });
    await clock.advance(9 * minute);
    expect(runs()).toEqual([4, 8]);
  });

  it("after a wait of hours is still the resync", async () => {
    const { clock, runs } = await aWidgetThat({ k: "wait", afterMs: 24 * 60 * minute, reason: rolling });
    await clock.advance(11 * minute);
    expect(runs()).toEqual([10]);
  });

  it("after a wait comes at once with an event, and once", async () => {
    const { clock, kube, runs, settle } = await aWidgetThat({ k: "wait", reason: rolling });
    await clock.advance(minute);
    kube.edit(service("w-a"), { metadata: { annotations: { tick: "1" } } });
    await settle();
    expect(runs()).toEqual([1.01]);
  });

  it("after a failure is its back-off, which events of children do not shorten", async () => {
    const failed = { k: "retry", reason: reason("ApiUnavailable", {}), error: new Error("x") } as const;
    const { clock, kube, runs } = await aWidgetThat(failed);
    await clock.advance(30_000);
    const before = runs().length;
    kube.edit(service("w-a"), { metadata: { annotations: { tick: "1" } } });
    await clock.advance(1_000);
    expect(before).toBe(5); // after 1.4, 3, 6.2, 12.6 and 25.4 s
    expect(runs()).toHaveLength(before);
  });

  it("after a failure is at once for a new generation", async () => {
    const failed = { k: "retry", reason: reason("ApiUnavailable", {}), error: new Error("x") } as const;
    const { ask, clock, runs } = await aWidgetThat(failed);
    await clock.advance(30_000);
    const before = runs().length;
    await ask({ parts: ["a"], colour: "blue" });
    expect(runs().length).toBeGreaterThan(before);
  });

  it.each([
    ["a new generation", { parts: ["b"] }, {}],
    ["an annotation we read", { parts: ["a"] }, { annotations: { [reconcileAtAnnotation]: "now" } }],
  ])("after a stop waits for %s, and for no time", async (_, wish, metadata) => {
    const stopped: Outcome = { k: "stop", reason: reason("DeletionProtected", {}) };
    const { ask, clock, runs } = await aWidgetThat(stopped);
    await clock.advance(120 * minute);
    expect(runs()).toEqual([]);
    await ask(wish, metadata);
    expect(runs().length).toBeGreaterThan(0);
  });
});

describe("a run", () => {
  it("that was asked for looks also at what is not watched, once", async () => {
    const { ask, calls, kube, settle } = await aWidgetWorld();
    await ask({ parts: ["a"], secret: "s" });
    const asked = { annotations: { [reconcileAtAnnotation]: "now" } };
    expect(await ask({ parts: ["a"], secret: "s" }, asked)).toContain("get secrets/n/w-secret");
    kube.edit(service("w-a"), { metadata: { annotations: { tick: "1" } } });
    await settle();
    expect(calls()).toEqual([]);
  });

  it("logs under its id, key, generation and revision", async () => {
    const lines: Record<string, unknown>[] = [];
    const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
    const poison = widgetController({
      gather: () => {
        throw new Error("poison");
      },
    });
    const cluster = aCluster();
    const log = createLog({ name: "test", level: "info", destination });
    const { settle } = await aManager(cluster, [poison], undefined, log);
    cluster.kube.edit(widgetRef(), aWidget({}, { annotations: { [revisionAnnotation]: "f00d" } }));
    await settle();
    const about = { reconcileId: "run-1", kind: "Widget", key: "n/w", revision: "f00d" };
    expect(lines.find(({ msg }) => msg === "reconcile failed")).toMatchObject(about);
  });
});

/** A cluster that takes in one create, and never answers it. */
function aSilentCluster(): ClusterInMemory {
  const cluster = aCluster();
  let isSilent = true;
  const kube: ClusterInMemory["kube"] = {
    ...cluster.kube,
    apply: async (ref, body, options) => {
      if (!isSilent || ref.resource.kind !== "Service") return cluster.kube.apply(ref, body, options);
      isSilent = false;
      await cluster.kube.apply(ref, body, options);
      const { signal } = options;
      return new Promise<never>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    },
  };
  return { ...cluster, kube };
}

describe("a run that takes too long", () => {
  it("is ended at its deadline, which costs this key alone, and is not believed to have failed", async () => {
    const cluster = aSilentCluster();
    const { calls, clock, kube, widget } = await aWidgetWorld({}, cluster);
    kube.edit(widgetRef(), aWidget({ parts: ["a"] }));
    kube.edit(widgetRef("other"), aWidget({ parts: ["a"] }));
    await clock.advance(29_000);
    expect(kube.find(service("other-a"))).toBeDefined();
    expect(widget()?.status?.observedGeneration).not.toBe(1);
    await clock.advance(5_000);
    expect(widget()?.status).toMatchObject({ observedGeneration: 1, phase: "Live" });
    expect(calls().filter((call) => call === "apply services/n/w-a")).toHaveLength(1);
    expect(calls().filter((call) => call.startsWith("delete"))).toEqual([]);
  });
});
