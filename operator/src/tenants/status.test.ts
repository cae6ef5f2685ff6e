import { describe, expect, it } from "vitest";
import type { Applied } from "../kube/controller.ts";
import { aNamespace, aTenant } from "./a-tenant.ts";
import { desired } from "./desired.ts";
import { status } from "./status.ts";

function allApplied(world: Parameters<typeof desired>[0], used?: Record<string, string>): Applied {
  const children = desired(world).map((child) => {
    const live = { apiVersion: "v1", kind: child.resource.kind, metadata: { ...child.manifest.metadata } };
    const withUse = child.resource.kind === "ResourceQuota" && used ? { ...live, status: { used } } : live;
    return { child, live: withUse, result: "unchanged" as const };
  });
  return { children, paused: false };
}

describe("the status of a tenant", () => {
  it("is Active once every part is in place", () => {
    const world = aTenant().world();
    const verdict = status(world, allApplied(world));
    expect(verdict).toMatchObject({
      status: { phase: "Active", namespace: "sp-acme" },
      ready: { status: "True" },
      outcome: { k: "done" },
    });
  });

  it("shows what of the quota is used", () => {
    const world = aTenant().world();
    const used = { "limits.cpu": "500m", "limits.memory": "1Gi", "requests.storage": "0", pods: "2" };
    expect(status(world, allApplied(world, used)).status.usage).toEqual({
      cpu: "500m",
      memory: "1Gi",
      storage: "0",
      pods: "2",
    });
  });

  it("names the part that is missing", () => {
    const world = aTenant().world();
    const { children } = allApplied(world);
    const last = children.at(-1);
    const lost = last === undefined ? [] : [{ ...last, live: undefined, result: "failed" as const }];
    const verdict = status(world, { children: [...children.slice(0, -1), ...lost], paused: false });
    expect(verdict.status.phase).toBe("Pending");
    expect(verdict.ready.reason.message).toBe("Waits for NetworkPolicy skypanel.egress. Look there.");
  });

  it("waits for a namespace that goes away", () => {
    const world = aTenant()
      .finding(aNamespace("sp-acme", {}, "Terminating"))
      .world();
    const { outcome } = status(world, allApplied(world));
    expect(outcome).toMatchObject({ k: "wait", reason: { message: "Waits for Namespace sp-acme. Look there." } });
  });

  it.each([
    ["Wallet", undefined, "WalletEmpty"],
    ["Admin", "no answer", "SuspendedByAdmin"],
    ["Abuse", undefined, "SuspendedByAdmin"],
  ] as const)("says why it is suspended by %s", (who, message, name) => {
    const world = aTenant().suspended(who, message).world();
    const verdict = status(world, allApplied(world));
    expect(verdict).toMatchObject({ status: { phase: "Suspended" }, ready: { status: "False", reason: { name } } });
    expect(verdict.outcome.k).toBe("stop");
  });
});
