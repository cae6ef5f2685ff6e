import { expect, test } from "vitest";
import { clusterPhase, type Signs } from "./phase.ts";

const heardAt = 1_700_000_000_000;
const alive: Signs = { registration: "Registered", isProvisioning: false, lastHeartbeatAt: heardAt, now: heardAt };

test.each([
  [0, "Online"],
  [44_999, "Online"],
  [45_000, "Silent"],
  [89_999, "Silent"],
  [90_000, "Offline"],
  [86_400_000, "Offline"],
  // A heartbeat stored between the statement's clock and ours is no reason to call a cluster silent.
  [-5, "Online"],
])("is, %i ms after its heartbeat, %s", (age, phase) => {
  expect(clusterPhase({ ...alive, now: heardAt + age })).toBe(phase);
});

test("joins until its first heartbeat is there", () => {
  expect(clusterPhase({ ...alive, lastHeartbeatAt: undefined })).toBe("Joining");
});

test("joins while its machines are being built", () => {
  const created: Signs = { ...alive, registration: "Created", lastHeartbeatAt: undefined };
  expect(clusterPhase(created)).toBe("Created");
  expect(clusterPhase({ ...created, isProvisioning: true })).toBe("Joining");
});

test("waits for approval however alive it is", () => {
  expect(clusterPhase({ ...alive, registration: "PendingApproval" })).toBe("PendingApproval");
});
