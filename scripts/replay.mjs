// npm run replay -- T-F01 --seed 8412 --case 17: the tests whose titles begin with the id, with that seed and that case.
import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

const root = resolve(import.meta.dirname, "..");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: "string" }, case: { type: "string" } },
});
const [id] = positionals;
const isNumber = (text) => text === undefined || /^\d+$/.test(text);
if (id === undefined || !isNumber(values.seed) || !isNumber(values.case)) {
  process.stderr.write("usage: npm run replay -- <id> [--seed <number>] [--case <number>]\n");
  process.exit(1);
}

const files = testFiles().filter((file) => readFileSync(resolve(root, file), "utf8").match(new RegExp(`${id}\\b`)));
if (files.length === 0) {
  process.stderr.write(`no test's title holds "${id}".\n`);
  process.exit(1);
}
const env = { ...process.env };
if (values.seed !== undefined) env.SKYPANEL_SEED = values.seed;
if (values.case !== undefined) env.SKYPANEL_CASE = values.case;
const vitest = resolve(root, "node_modules/.bin/vitest");
const run = spawn(vitest, ["run", "--testNamePattern", `${id}\\b`, ...files], { cwd: root, stdio: "inherit", env });
run.once("exit", (code) => {
  process.exitCode = code ?? 1;
});

/** The paths of all test files that git tracks or would. */
function testFiles() {
  const words = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.test.ts", "*.test.tsx"];
  return execFileSync("git", words, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 })
    .split("\0")
    .filter((file) => file !== "");
}
