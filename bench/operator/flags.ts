import { parseArgs } from "node:util";
import { Failure } from "@skypanel/local-cluster/machine/failure.ts";
import { type Contestant, contestants } from "./contestant.ts";

/** What one call of the bench is to measure. */
export interface Flags {
  readonly sizes: readonly number[];
  readonly programs: readonly Contestant[];
  readonly repeats: number;
  readonly seed: number;
  /** Where the result goes. */
  readonly out: string;
}

const most = 10_000;

/** Reads `--n 100,1000 --program skypanel,client-node --repeats 3 --seed 7 --out file`; throws a Failure with what is wrong. */
export function readFlags(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      n: { type: "string", default: "100,1000,5000" },
      program: { type: "string", default: contestants.join(",") },
      repeats: { type: "string", default: "3" },
      seed: { type: "string", default: "7" },
      out: { type: "string", default: "bench/results/operator.json" },
    },
  });
  return {
    sizes: values.n.split(",").map((text) => whole("n", text, most)),
    programs: values.program.split(",").map(contestant),
    repeats: whole("repeats", values.repeats, 20),
    seed: whole("seed", values.seed, 2 ** 31 - 1),
    out: values.out,
  };
}

function whole(name: string, text: string, highest: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= highest) return value;
  throw new Failure(`--${name} ${text}: give a whole number from 1 to ${highest}`);
}

function contestant(text: string): Contestant {
  const found = contestants.find((name) => name === text);
  if (found === undefined) throw new Failure(`--program ${text}: give one of ${contestants.join(", ")}`);
  return found;
}
