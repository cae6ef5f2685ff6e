import { expect, test } from "vitest";
import { cpuMsIn, memoryIn } from "./proc.ts";

test("a process's time is its user and system time, whatever its name holds", () => {
  const stat = "4711 (kube) api (x) S 1 4711 4711 0 -1 4194560 9 8 7 6 250 50 3 4 20 0 12 0 99";
  expect(cpuMsIn(stat)).toBe(3_000);
});

test("memory is told in MiB, as it is and at most", () => {
  expect(memoryIn("Name:\tnode\nVmHWM:\t  307200 kB\nVmRSS:\t  102502 kB\n")).toEqual({ now: 100.1, peak: 300 });
});
