import { expect, test } from "vitest";
import { workQueue } from "./work-queue.ts";

test("a key runs once at a time, and once more for all that came meanwhile", async () => {
  const seen: string[] = [];
  const gates: (() => void)[] = [];
  const done = Promise.withResolvers<void>();
  const queue = workQueue((key) => {
    seen.push(key);
    if (seen.length === 3) done.resolve();
    return new Promise((resolve) => gates.push(resolve));
  });
  queue.add("a");
  expect(seen).toEqual([]); // nothing before it is started
  queue.start();
  queue.add("a");
  queue.add("a");
  queue.add("b");
  expect(seen).toEqual(["a", "b"]);
  gates[0]?.();
  await done.promise;
  expect(seen).toEqual(["a", "b", "a"]);
});
