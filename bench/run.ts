import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { api } from "./api.ts";
import { panel } from "./panel.ts";
import { ring } from "./ring.ts";
import { worker } from "./worker.ts";

// npm run bench -- <question>: measures, prints JSON and keeps it in bench/results/<question>.json.
const questions: Record<string, () => Promise<unknown>> = { api, panel, ring, worker };

const name = process.argv[2] ?? "";
const question = questions[name];
if (question === undefined) {
  process.stderr.write(`bench: give one of ${Object.keys(questions).join(", ")}\n`);
  process.exit(2);
}
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
process.stdout.write(text);
process.exit(0);
