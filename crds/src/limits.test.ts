import { describe, expect, it } from "vitest";
import { limits } from "./limits.ts";

const all = Object.entries(limits).flatMap(([group, bounds]) =>
  Object.entries(bounds).map(([name, value]) => ({ name: `${group}.${name}`, value })),
);

describe("limits", () => {
  it.each(all)("$name is a positive whole number", ({ value }) => {
    expect(Number.isSafeInteger(value) && value > 0).toBe(true);
  });

  it("lets a heartbeat be late before a cluster is silent, and silent before it is offline", () => {
    const { everyMillis, silentMillis, offlineMillis } = limits.heartbeat;
    expect([everyMillis * 4 < silentMillis, silentMillis < offlineMillis]).toEqual([true, true]);
  });

  it("gives the lease time to be renewed before it is lost", () => {
    const { leasePeriodMillis, leaseRenewMillis, leaseMillis } = limits.kube;
    expect([leasePeriodMillis < leaseRenewMillis, leaseRenewMillis < leaseMillis]).toEqual([true, true]);
  });

  it("lets the longest condition hold the longest reason", () => {
    expect(limits.kube.messageLength).toBe(1_024);
  });
});
