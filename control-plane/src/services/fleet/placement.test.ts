import { expect, test } from "vitest";
import { placement } from "./placement.ts";

test.each(["Online", "Silent"] as const)("places apps on a cluster that is %s", (phase) => {
  expect(placement("Schedulable", phase)).toEqual({ available: true });
});

test("places nothing where nothing new is wished", () => {
  expect(placement("Unschedulable", "Online")).toMatchObject({ available: false, reason: "NoCapacity" });
});

test.each(["Created", "Joining", "PendingApproval", "Offline"] as const)("places nothing while it is %s", (phase) => {
  const answer = placement("Schedulable", phase);
  expect(answer).toMatchObject({ available: false, reason: "ClusterOffline" });
  expect(answer).toHaveProperty("remedy", expect.stringMatching(/choose another/i));
});
