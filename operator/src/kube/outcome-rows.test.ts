import { describe, expect, it } from "vitest";
import { aWidget, widgetRef } from "./a-widget.ts";
import { aWidgetWorld, service } from "./a-world.ts";
import { type ErrorKind, KubeError } from "./kube.ts";

const messages: Partial<Record<ErrorKind, string>> = {
  invalid: 'Service "w-a" is invalid: spec.ports: Required value',
  quota: "exceeded quota: q, requested: services=1, used: services=4, limited: services=4",
};

/** A widget whose Service's creates all fail for 20 s. */
async function aWidgetRefused(kind: ErrorKind, message = messages[kind] ?? kind) {
  const world = await aWidgetWorld();
  for (let n = 0; n < 40; n += 1) world.kube.failNext("apply services/n/w-a", new KubeError(kind, message));
  world.kube.edit(widgetRef(), aWidget({ parts: ["a"] }));
  await world.clock.advance(1_000);
  const creates = () => world.calls().filter((call) => call === "apply services/n/w-a").length;
  return { ...world, creates };
}

describe("a child the API refuses", () => {
  it.each([
    ["terminating", "Reconciling", "DependencyNotReady", 30_000],
    ["quota", "Reconciling", "QuotaExceeded", 30_000],
  ] as const)("%s: is shown as %s %s, and tried again in time", async (kind, type, name, againMs) => {
    const { clock, condition, creates } = await aWidgetRefused(kind);
    expect(condition(type)).toMatchObject({ status: "True", reason: name });
    expect(condition("Ready")).toMatchObject({ status: "True", reason: "Running" }); // what runs is another matter
    const before = creates();
    await clock.advance(againMs);
    expect([before > 0, creates() > 0]).toEqual([true, true]);
  });

  it("forbidden: is no word about the object while a new right is on its way, then PermissionMissing", async () => {
    const { clock, condition, creates, widget } = await aWidgetRefused("forbidden");
    await clock.advance(5_000);
    expect(widget()?.status).toBeUndefined();
    expect(creates()).toBeGreaterThan(2);
    await clock.advance(20_000);
    expect(condition("Reconciling")).toMatchObject({ status: "True", reason: "PermissionMissing" });
    expect(condition("Ready")).toMatchObject({ status: "True", reason: "Running" });
  });

  it.each([
    ["spec.ports: Required value", "SpecInvalid"],
    ["spec.clusterIP: Invalid value: x: field is immutable", "ImmutableField"],
  ])("invalid (%s): stops, and is not tried again by itself", async (message, name) => {
    const { clock, condition, creates } = await aWidgetRefused("invalid", `Service "w-a" is invalid: ${message}`);
    expect(condition("Stalled")).toMatchObject({ status: "True", reason: name });
    expect(creates()).toBe(1);
    await clock.advance(7_200_000);
    expect(creates()).toBe(0);
  });

  it.each(["tooMany", "unavailable", "timeout", "network", "unauthorized", "protocol"] as const)(
    "%s: is no word about the object for a minute, then ApiUnavailable, and heals by itself",
    async (kind) => {
      const { clock, condition, kube, widget } = await aWidgetRefused(kind);
      await clock.advance(50_000);
      expect(widget()?.status).toBeUndefined();
      await clock.advance(60_000);
      expect(condition("Reconciling")).toMatchObject({ status: "True", reason: "ApiUnavailable" });
      await clock.advance(1_500_000); // all 40 are spent
      expect(condition("Reconciling")).toMatchObject({ status: "False" });
      expect(kube.find(service("w-a"))).toBeDefined();
    },
  );

  it("conflict: is read five times by what the cache brings, then by the API, and is no failure", async () => {
    const { calls, clock, condition, kube, registry } = await aWidgetWorld();
    for (let n = 0; n < 6; n += 1) kube.failNext("status widgets", new KubeError("conflict", "modified"));
    kube.edit(widgetRef(), aWidget({ parts: [] }));
    await clock.advance(60_000);
    const writes = calls();
    expect(writes.filter((call) => call.startsWith("status"))).toHaveLength(7);
    expect(writes.filter((call) => call.startsWith("get")).length).toBeGreaterThanOrEqual(6);
    expect(condition("Reconciling")).toMatchObject({ status: "False" });
    expect(await registry.getSingleMetricAsString("controller_runtime_reconcile_errors_total")).not.toContain("widget");
  });
});
