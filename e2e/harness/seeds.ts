import { regressions } from "../regressions/seeds.ts";

/** A repeatable source of chance: the same seed gives the same sequence on every machine. */
export interface Random {
  readonly seed: number;
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, n). */
  below(n: number): number;
  /** One of `list`, which must not be empty. */
  pick<T>(list: readonly T[]): T;
  /** True in `share` (0 to 1) of the cases. */
  chance(share: number): boolean;
  /** A copy of `list` in another order. */
  shuffled<T>(list: readonly T[]): T[];
}

const GOLDEN = 0x9e3779b9;

/** A generator that starts at `seed`: a Weyl sequence, each term mixed until its bits look alike. */
export function seeded(seed: number): Random {
  let state = seed | 0;
  const next = () => {
    state = (state + GOLDEN) | 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new RangeError("nothing to pick from");
    return list[below(list.length)] as T; // below() is within the list
  };
  const shuffled = <T>(list: readonly T[]): T[] => {
    const rest = [...list];
    return list.flatMap(() => rest.splice(below(rest.length), 1));
  };
  return { seed, next, below, pick, chance: (share) => next() < share, shuffled };
}

/**
 * The seeds a test with `id` runs with: SKYPANEL_SEED alone when it is set (`npm run replay`), else `count` seeds from 1 and
 * those that once failed (e2e/regressions).
 */
export function seedsOf(id: string, count = 1): readonly number[] {
  const asked = Number(process.env.SKYPANEL_SEED);
  if (Number.isInteger(asked) && asked > 0) return [asked];
  const fixed = Array.from({ length: count }, (_, index) => index + 1);
  return [...new Set([...fixed, ...regressions.filter((once) => once.id === id).map(({ seed }) => seed)])];
}

/** The only case to run, as `npm run replay -- <id> --case 17` asks; undefined: all of them. */
export function caseAsked(): number | undefined {
  const asked = Number(process.env.SKYPANEL_CASE);
  return process.env.SKYPANEL_CASE !== undefined && Number.isInteger(asked) ? asked : undefined;
}

/** What a failure says so that it can be had again. */
export function replayLine(id: string, seed: number, which?: number): string {
  return `npm run replay -- ${id} --seed ${seed}${which === undefined ? "" : ` --case ${which}`}`;
}
