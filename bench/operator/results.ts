import type { Row } from "./summary.ts";

/** A result as it is kept: rows of programs, and what they were measured on. */
export interface Result {
  readonly bench: "operator";
  readonly schema: 1;
  readonly commit: string;
  readonly seed: number;
  readonly cores: number;
  readonly kubernetes: string;
  readonly programs: readonly Row[];
}

/**
 * `fresh` with the rows of `before` it does not have itself, so that a long bench can be run in parts. Rows that were
 * measured on something else are not kept: one file never mixes them. Pure.
 */
export function merged(before: Result | undefined, fresh: Result): Result {
  const isSame =
    before !== undefined &&
    before.schema === fresh.schema &&
    before.commit === fresh.commit &&
    before.seed === fresh.seed &&
    before.cores === fresh.cores &&
    before.kubernetes === fresh.kubernetes;
  if (!isSame) return fresh;
  const isNew = ({ name, n }: Row) => fresh.programs.some((row) => row.name === name && row.n === n);
  const rows = [...before.programs.filter((row) => !isNew(row)), ...fresh.programs];
  return { ...fresh, programs: rows.toSorted((a, b) => a.n - b.n) };
}
