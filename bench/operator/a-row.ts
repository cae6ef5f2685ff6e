import type { Result } from "./results.ts";
import type { Row } from "./summary.ts";

/** A row of a test, with what matters to it. */
export function aRow(change: Partial<Row>): Row {
  return {
    name: "skypanel",
    n: 1_000,
    readyS: [11, 10, 12],
    perS: 90,
    calls: { create: 5, change: 2, steady: 0 },
    cpuMs: 2,
    apiCpuMs: 30,
    rssMiB: [100, 200],
    changeMs: [25, 80],
    backlogP99Ms: 150,
    healP99Ms: 100,
    noisyP99Ms: 200,
    restartS: 2,
    loopP99Ms: 12,
    emptyMiB: 90,
    idleCores: 0.1,
    ...change,
  };
}

/** A result of those rows. */
export function resultOf(programs: readonly Row[], change: Partial<Result> = {}): Result {
  const about = { bench: "operator", schema: 1, commit: "abc", seed: 7, cores: 2, kubernetes: "v1.35.4" } as const;
  return { ...about, programs, ...change };
}
