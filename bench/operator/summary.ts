import { quantile } from "../measure.ts";
import type { Sample } from "./one-run.ts";

/** How many calls to the API a program makes: per object created, per object changed, and with nothing to do. */
export interface Calls {
  readonly create: number;
  readonly change: number;
  readonly steady: number;
}

/** One program at one size: a row of the result. Pairs are idle and peak, p50 and p99. */
export interface Row {
  readonly name: string;
  readonly n: number;
  readonly readyS: readonly number[];
  readonly perS: number;
  readonly calls: Calls;
  readonly cpuMs: number;
  readonly apiCpuMs?: number;
  readonly rssMiB: readonly [number, number];
  readonly changeMs: readonly [number, number];
  readonly backlogP99Ms: number;
  readonly healP99Ms: number;
  readonly noisyP99Ms: number;
  readonly restartS: number;
  readonly loopP99Ms?: number;
  /** Beyond the contract's fields, for its limits "memory empty" and "idle ≤ 0.2 CPU". */
  readonly emptyMiB: number;
  readonly idleCores: number;
}

/** The row of a program's repeats: medians over them, and quantiles over the samples of all. Pure. */
export function rowOf(name: string, n: number, calls: Calls, samples: readonly Sample[]): Row {
  const median = (values: readonly number[], digits = 1) => rounded(middle(values), digits);
  const of = (field: (sample: Sample) => number) => samples.map(field);
  const all = (field: (sample: Sample) => readonly number[]) => samples.flatMap(field);
  const given = (field: (sample: Sample) => number | undefined) =>
    samples.map(field).filter((value) => value !== undefined);
  const [api, loop] = [given(({ apiCpuMs }) => apiCpuMs), given(({ loopP99Ms }) => loopP99Ms)];
  const readyS = of((sample) => rounded(sample.readyS, 2));
  const changes = all(({ changeMs }) => changeMs);
  return {
    name,
    n,
    readyS,
    perS: rounded(n / middle(readyS), 1),
    calls,
    cpuMs: median(
      of((sample) => sample.cpuMs),
      2,
    ),
    ...(api.length === 0 ? {} : { apiCpuMs: median(api, 2) }),
    rssMiB: [median(of(({ idleMiB }) => idleMiB)), median(of(({ peakMiB }) => peakMiB))],
    changeMs: [quantile(changes, 0.5), quantile(changes, 0.99)],
    backlogP99Ms: quantile(
      all(({ backlogMs }) => backlogMs),
      0.99,
    ),
    healP99Ms: quantile(
      all(({ healMs }) => healMs),
      0.99,
    ),
    noisyP99Ms: quantile(
      all(({ noisyMs }) => noisyMs),
      0.99,
    ),
    restartS: median(
      of((sample) => sample.restartS),
      2,
    ),
    ...(loop.length === 0 ? {} : { loopP99Ms: median(loop) }),
    emptyMiB: median(of((sample) => sample.emptyMiB)),
    idleCores: median(
      of((sample) => sample.idleCores),
      3,
    ),
  };
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const rounded = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
