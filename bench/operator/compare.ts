import type { Result } from "./results.ts";
import type { Row } from "./summary.ts";

// By how much a figure may rise before it is a step back: what a measurement varies by on a quiet machine.
const tolerance = 0.2;

/** One figure of a row. `grain` is what cannot be told apart, however small the figure; a count has none. */
interface Figure {
  readonly what: string;
  readonly value: number | undefined;
  readonly grain?: number;
}

/** What is worse in `fresh` than in `base`, a sentence each; sizes and programs that one of them lacks are no matter. Pure. */
export function worse(base: Result, fresh: Result): readonly string[] {
  return fresh.programs.flatMap((row) => {
    const before = base.programs.find(({ name, n }) => name === row.name && n === row.n);
    return before === undefined ? [] : worseRow(before, row);
  });
}

function worseRow(before: Row, row: Row): readonly string[] {
  const old = new Map(figures(before).map(({ what, value }) => [what, value]));
  return figures(row).flatMap(({ what, value, grain }) => {
    const was = old.get(what);
    if (value === undefined || was === undefined || value <= allowed(was, grain)) return [];
    return [`${row.name} with ${row.n}: ${what} was ${was} and is ${value}`];
  });
}

/** Calls are counted and may not rise at all; what is measured may, by a fifth. */
function allowed(was: number, grain: number | undefined): number {
  return grain === undefined ? was : was + Math.max(was * tolerance, grain);
}

function figures(row: Row): readonly Figure[] {
  const [quick, slow] = [2, 10]; // milliseconds a timer, or a scheduler, is late by
  return [
    ...Object.entries(row.calls).map(([what, value]) => ({ what: `calls (${what})`, value })),
    { what: "readyS, the best", value: Math.min(...row.readyS), grain: 0.2 },
    { what: "cpuMs", value: row.cpuMs, grain: 0.2 },
    { what: "apiCpuMs", value: row.apiCpuMs, grain: 0.5 },
    { what: "emptyMiB", value: row.emptyMiB, grain: 3 },
    { what: "rssMiB, idle", value: row.rssMiB[0], grain: 3 },
    { what: "rssMiB, peak", value: row.rssMiB[1], grain: 3 },
    { what: "idleCores", value: row.idleCores, grain: 0.01 },
    { what: "changeMs, p50", value: row.changeMs[0], grain: quick },
    { what: "changeMs, p99", value: row.changeMs[1], grain: slow },
    { what: "backlogP99Ms", value: row.backlogP99Ms, grain: slow },
    { what: "healP99Ms", value: row.healP99Ms, grain: slow },
    { what: "noisyP99Ms", value: row.noisyP99Ms, grain: slow },
    { what: "restartS", value: row.restartS, grain: 0.1 },
    { what: "loopP99Ms", value: row.loopP99Ms, grain: quick },
  ];
}
