import { expect, it } from "vitest";
import { planCluster } from "./plan.ts";

it("keeps clusters of one name in two folders apart", () => {
  const [one, other] = ["/one", "/other"].map((folder) => planCluster("dev", folder, 1, 8000));
  expect(one?.id).not.toBe(other?.id);
  expect(one?.run).not.toBe(other?.run);
});

it("fits the kernel's limits on names and paths", () => {
  const plan = planCluster("a-name-of-twenty-char", "/state", 200, 8000);
  expect(plan.network.hostInterface.length).toBeLessThanOrEqual(15);
  expect(`${plan.run}/containerd/io.containerd.runtime.v2.task`.length).toBeLessThan(108);
});
