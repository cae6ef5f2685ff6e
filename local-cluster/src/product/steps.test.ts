import { expect, it, vi } from "vitest";
import { createSteps } from "./steps.ts";

it("tells a late listener the step it missed", async () => {
  const steps = createSteps();
  steps.tell("first");
  steps.tell("second");
  const hear = vi.fn(async () => undefined);
  steps.listen(hear);
  await vi.waitFor(() => expect(hear.mock.calls).toEqual([["second"]]));
});

it("tells one step after the other, past one that failed", async () => {
  const steps = createSteps();
  const heard: string[] = [];
  steps.listen(async (step) => {
    heard.push(step);
    if (step === "one") throw new Error("the panel is away");
  });
  steps.tell("one");
  steps.tell("two");
  await vi.waitFor(() => expect(heard).toEqual(["one", "two"]));
});
