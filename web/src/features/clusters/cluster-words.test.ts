import { check } from "@skypanel/control-plane/contract/agent.ts";
import { clusterPhases } from "@skypanel/control-plane/contract/fleet/clusters.ts";
import { describe, expect, it } from "vitest";
import { checkWords, clusterWords, shownClusterPhase } from "./cluster-words.ts";

it("has words for every phase and every check of the contract", () => {
  expect(Object.keys(clusterWords)).toEqual([...clusterPhases]);
  expect(Object.keys(checkWords)).toEqual(check.shape.id.options);
});

describe("shownClusterPhase", () => {
  it("believes what was just read", () => {
    expect(shownClusterPhase("Online", 200_000, 1_000)).toBe("Online");
  });

  it.each([
    [30_000, "Online"],
    [46_000, "Silent"],
    [91_000, "Offline"],
  ] as const)("judges old data by the heartbeat: %d ms is %s", (heartbeatAgo, phase) => {
    expect(shownClusterPhase("Online", heartbeatAgo, 60_000)).toBe(phase);
  });

  it("leaves other phases as they are", () => {
    expect(shownClusterPhase("Joining", undefined, 500_000)).toBe("Joining");
  });
});
