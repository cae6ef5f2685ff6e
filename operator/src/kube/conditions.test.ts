import { reason } from "@skypanel/crds/reasons.ts";
import { describe, expect, it } from "vitest";
import { conditions, lastReady, readyWord } from "./conditions.ts";
import type { Outcome } from "./outcome.ts";

const now = Date.UTC(2030, 0, 1);
const running = readyWord({ status: "True", reason: reason("Running", {}) });
const waits: Outcome = { k: "wait", reason: reason("RollingOut", { time: "10:00" }) };
const fails: Outcome = { k: "retry", reason: reason("ApiUnavailable", {}), error: new Error("x") };
const stops: Outcome = { k: "stop", reason: reason("SpecInvalid", { field: "spec.x", problem: "is bad" }) };

describe("conditions", () => {
  it.each([
    ["done", { k: "done" }, "False", "False", "Completed"],
    ["wait", waits, "True", "False", "RollingOut"],
    ["retry", fails, "True", "False", "ApiUnavailable"],
    ["stop", stops, "False", "True", "SpecInvalid"],
  ] as const)("say what %s means", (_, outcome, reconciling, stalled, why) => {
    expect(conditions([], running, outcome, 3, now)).toMatchObject([
      { type: "Ready", status: "True", reason: "Running", observedGeneration: 3 },
      { type: "Reconciling", status: reconciling, reason: why, observedGeneration: 3 },
      { type: "Stalled", status: stalled, reason: why, observedGeneration: 3 },
    ]);
  });

  it("move their time only with their value", () => {
    const first = conditions([], running, waits, 1, now);
    const later = conditions(first, running, { k: "done" }, 1, now + 60_000);
    expect(later.map(({ lastTransitionTime }) => lastTransitionTime)).toEqual([
      "2030-01-01T00:00:00Z",
      "2030-01-01T00:01:00Z",
      "2030-01-01T00:00:00Z",
    ]);
  });

  it("are the same for the same findings, whatever the time", () => {
    const first = conditions([], running, waits, 1, now);
    expect(conditions(first, running, waits, 1, now + 3_600_000)).toEqual(first);
  });

  it("keep the old word of Ready, or say Unknown", () => {
    const first = conditions([], running, waits, 1, now);
    expect(lastReady(first, reason("InternalError", { id: "7" }))).toMatchObject({ status: "True", reason: "Running" });
    expect(lastReady([], reason("InternalError", { id: "7" }))).toMatchObject({
      status: "Unknown",
      reason: "InternalError",
    });
  });

  it("show a message on one line, without what a screen would not print or would obey", () => {
    const strange = { ...reason("Running", {}), message: "a\nb\u0000\u001b[31mc\u202Ed\u2028e\ud800" };
    expect(conditions([], readyWord({ status: "True", reason: strange }), waits, 1, now)[0]?.message).toBe(
      "a b [31mc d e\uFFFD",
    );
  });

  it("cut a message at 1,024 characters", () => {
    const long = { ...reason("Running", {}), message: "x".repeat(5000) };
    expect(conditions([], readyWord({ status: "True", reason: long }), waits, 1, now)[0]?.message).toHaveLength(1024);
  });
});
