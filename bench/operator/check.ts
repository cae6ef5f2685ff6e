import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { worse } from "./compare.ts";
import type { Result } from "./results.ts";

// npm run bench:check [-- <file>]: a new run, by default the work tree's, against the committed one. Exit code 1 if worse.
const kept = "bench/results/operator.json";
const base = JSON.parse(execFileSync("git", ["show", `HEAD:${kept}`], { encoding: "utf8" })) as Result; // written by the bench
const fresh = JSON.parse(readFileSync(process.argv[2] ?? kept, "utf8")) as Result; // written by the bench
if (base.cores !== fresh.cores || base.kubernetes !== fresh.kubernetes) {
  const [was, is] = [base, fresh].map(({ cores, kubernetes }) => `${cores} cores and Kubernetes ${kubernetes}`);
  process.stderr.write(`measured on ${is}, the committed run on ${was}: times do not compare\n`);
}
const found = worse(base, fresh);
process.stdout.write(found.length === 0 ? "no figure is worse\n" : `${found.join("\n")}\n`);
process.exit(found.length === 0 ? 0 : 1);
