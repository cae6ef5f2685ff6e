import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { reportFailure } from "@skypanel/local-cluster/machine/failure.ts";
import { api } from "./api.ts";
import { operator } from "./operator/operator.ts";
import { panel } from "./panel.ts";
import { ring } from "./ring.ts";
import { worker } from "./worker.ts";

// npm run bench -- <question>: measures, prints JSON and keeps it in bench/results/<question>.json. The question "operator"
// takes flags (bench/operator/flags.ts), and keeps its result itself, row by row.
const questions: Record<string, () => Promise<unknown>> = { api, panel, ring, worker };

async function answer(question: () => Promise<unknown>): Promise<string> {
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  const result = {
    bench: name,
    schema: 1,
    commit,
    cores: cpus().length,
    node: process.version,
    result: await question(),
  };
  const text = `${JSON.stringify(result, null, 2)}\n`;
  await mkdir("bench/results", { recursive: true });
  await writeFile(`bench/results/${name}.json`, text);
  return text;
}

const [name = "", ...args] = process.argv.slice(2);
const question = questions[name];
if (question === undefined && name !== "operator") {
  process.stderr.write(`bench: give one of ${[...Object.keys(questions), "operator"].join(", ")}\n`);
  process.exit(2);
}
try {
  process.stdout.write(await (question === undefined ? operator(args) : answer(question)));
} catch (error) {
  reportFailure(error);
}
process.exit();
