import { expect, it, vi } from "vitest";
import { coalesce } from "./coalesce.ts";

it("does once more what was asked for meanwhile", async () => {
  const open: (() => void)[] = [];
  const ask = coalesce(
    () => new Promise<void>((resolve) => open.push(resolve)),
    () => undefined,
  );
  ask();
  ask();
  ask();
  expect(open).toHaveLength(1);
  open[0]?.();
  await vi.waitFor(() => expect(open).toHaveLength(2));
  open[1]?.();
});

it("tells of a failure and works on", async () => {
  const failed = vi.fn();
  const work = vi.fn().mockRejectedValueOnce(new Error("once")).mockResolvedValue(undefined);
  const ask = coalesce(work, failed);
  ask();
  await vi.waitFor(() => expect(failed).toHaveBeenCalledOnce());
  ask();
  await vi.waitFor(() => expect(work).toHaveBeenCalledTimes(2));
});
