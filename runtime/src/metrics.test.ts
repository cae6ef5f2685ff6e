import { expect, it } from "vitest";
import { createMetrics } from "./metrics.ts";

it("counts for itself alone: a second registry starts empty", () => {
  const [one, two] = [createMetrics("one"), createMetrics("two")];
  expect(one).not.toBe(two);
});

it("has what every process has, labelled with the service", async () => {
  const text = await createMetrics("operator").metrics();
  expect(text).toContain('process_resident_memory_bytes{service="operator"}');
  expect(text).toContain("nodejs_eventloop_lag_p99_seconds");
});
