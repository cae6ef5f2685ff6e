import { expect, it } from "vitest";
import { capacityOf } from "./capacity.ts";

it("sums what is requested and what there is", () => {
  const machine = (name: string, cpu: number) => ({
    name,
    ready: true,
    kubelet: "v1.35.4",
    allocatable: { cpu: 4_000, memory: 8 * 1_024 ** 3, disk: 0, pods: 110 },
    requested: { cpu, memory: 1_024 ** 3, pods: 5 },
    used: null,
  });
  expect(capacityOf([machine("a", 250), machine("b", 2_000)])).toEqual([
    { label: "CPU", value: 2_250, of: 8_000, text: "2.25 / 8" },
    { label: "Memory", value: 2 * 1_024 ** 3, of: 16 * 1_024 ** 3, text: "2 GiB / 16 GiB" },
    { label: "Pods", value: 10, of: 220, text: "10 / 220" },
  ]);
});
