import { describe, expect, it } from "vitest";
import { instanceCounts, isProgressing } from "./progress.ts";

const app = { managedBy: "control-plane", revision: "b", status: { phase: "Live", observedRevision: "b" } } as const;

describe("isProgressing", () => {
  it("ends when the cluster has applied this very revision", () => {
    expect(isProgressing(app)).toBe(false);
  });

  it("holds while another revision, or none, was seen", () => {
    const seen = (observedRevision: string | null) => ({
      ...app,
      status: { phase: "Live", observedRevision } as const,
    });
    expect([isProgressing(seen("a")), isProgressing(seen(null))]).toEqual([true, true]);
  });

  it("is no word for an app managed with kubectl", () => {
    expect(isProgressing({ ...app, managedBy: "kubectl", status: { phase: "Live", observedRevision: null } })).toBe(
      false,
    );
  });
});

it("counts instances over all processes", () => {
  const processes = [
    { name: "web", desired: 3, updated: 3, ready: 2 },
    { name: "worker", desired: 1, updated: 1, ready: 1 },
  ];
  expect(instanceCounts({ processes })).toEqual({ ready: 3, desired: 4 });
});
