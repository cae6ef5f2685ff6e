import { expect, test } from "vitest";
import { observedOf } from "./observed.ts";
import { type Facts, statusOf } from "./status.ts";

const heardAt = 1_767_225_600_000;
const message = "registry.example/x:1 cannot be pulled: no such tag. Check name and access.";

function facts(status: unknown, over: Partial<Facts> = {}): Facts {
  return {
    observed: observedOf(status),
    observedRevision: null,
    cluster: "Online",
    heardAt,
    createdAt: heardAt - 60_000,
    now: heardAt + 7_900,
    ...over,
  };
}

const live = {
  phase: "Live",
  url: "http://hello.w1.localhost:8080",
  processes: [{ name: "web", type: "Web", desired: 2, updated: 2, ready: 2 }],
  conditions: [
    {
      type: "Ready",
      status: "True",
      reason: "Running",
      message: "It is as asked.",
      lastTransitionTime: "2026-01-01T00:00:00Z",
    },
  ],
};

test("says what was observed and how old that is", () => {
  expect(statusOf(facts(live))).toEqual({
    phase: "Live",
    lastPhase: null,
    reason: "Running",
    cause: "It is as asked.",
    remedy: null,
    since: "2026-01-01T00:00:00Z",
    observedAt: "2026-01-01T00:00:00Z",
    ageSeconds: 7,
    stale: false,
    observedRevision: null,
    url: "http://hello.w1.localhost:8080",
    processes: [{ name: "web", desired: 2, updated: 2, ready: 2 }],
  });
});

test("waits until a first observation is there", () => {
  const status = statusOf(facts(null));
  expect(status).toMatchObject({ phase: "Pending", reason: "Queued", remedy: "Wait.", ageSeconds: null, stale: false });
});

test("T-F15 keeps the phase of a silent cluster but calls it stale", () => {
  expect(statusOf(facts(live, { cluster: "Silent" }))).toMatchObject({ phase: "Live", stale: true });
});

test.each(["Offline", "PendingApproval", "Joining", "Created"] as const)(
  "T-F15 knows nothing while it is %s",
  (cluster) => {
    const status = statusOf(facts(live, { cluster, now: heardAt + 90_000 }));
    expect(status).toMatchObject({ phase: "Unknown", lastPhase: "Live", stale: true, ageSeconds: 90 });
    expect(status).toMatchObject({ reason: "ClusterSilent", cause: "Not heard of since 2026-01-01T00:00:00Z." });
  },
);

test("tells cause and remedy of a condition apart", () => {
  const conditions = [{ type: "Ready", status: "False", reason: "ImagePullFailed", message }];
  expect(statusOf(facts({ phase: "Degraded", conditions }))).toMatchObject({
    reason: "ImagePullFailed",
    cause: "registry.example/x:1 cannot be pulled: no such tag.",
    remedy: "Check name and access.",
  });
});

test("names first what stands still", () => {
  const ready = { type: "Ready", status: "False", reason: "PartlyAvailable", message: "1 of 2 instances are ready." };
  const stalled = { type: "Stalled", status: "True", reason: "ProgressDeadline", message: "Not ready after 600 s." };
  expect(statusOf(facts({ phase: "Failed", conditions: [ready, stalled] }))).toMatchObject({
    reason: "ProgressDeadline",
  });
});

test.each([
  [{ phase: "Newer" }],
  [{ phase: "Live", processes: "x", instances: [{}], conditions: [{ type: 1 }] }],
  [{ phase: "Live", url: 7, revision: {}, future: { deep: true } }],
])("takes what it understands of the status %j", (status) => {
  expect(statusOf(facts(status))).toMatchObject({ url: null, processes: [] });
});
