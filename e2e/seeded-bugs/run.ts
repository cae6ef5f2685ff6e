import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readPatch, type SeededBug } from "./patch.ts";

// Each control was once red, and stays able to be: every patch here is applied to a copy of the sources, where the
// tests it names must fail. `node e2e/seeded-bugs/run.ts [name …]`; exits 1 if a bug goes unseen.

const root = resolve(import.meta.dirname, "../..");
const wanted = process.argv.slice(2);

const bugs = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".patch"))
  .map((file) => readPatch(file.slice(0, -".patch".length), readFileSync(join(import.meta.dirname, file), "utf8")))
  .filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));

const copy = copyOfSources();
const unseen = bugs.filter((bug) => !isSeen(bug));
rmSync(copy, { recursive: true, force: true });
process.stdout.write(`${bugs.length - unseen.length} of ${bugs.length} seeded bugs seen\n`);
process.exitCode = unseen.length === 0 ? 0 : 1;

/** Whether the tests the bug names pass without it and fail with it. */
function isSeen(bug: SeededBug): boolean {
  const patch = join(import.meta.dirname, `${bug.name}.patch`);
  const apply = (...words: string[]) => spawnSync("git", ["apply", ...words, patch], { cwd: copy }).status === 0;
  const without = test(bug);
  const withIt = apply() ? test(bug) : undefined;
  if (withIt !== undefined) apply("--reverse");
  const verdict = verdictOf(without, withIt);
  process.stdout.write(`${verdict === "seen" ? "✓" : "✗"} ${bug.name}: ${bug.test} ${verdict}\n`);
  return verdict === "seen";
}

function verdictOf(without: Counts, withIt: Counts | undefined): string {
  if (withIt === undefined) return "the patch does not apply any more";
  if (without.failed > 0 || without.passed === 0) return `is not green without it (${without.passed} passed)`;
  return withIt.failed > 0 ? "seen" : "stays green";
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

function test({ project, test: id, files }: SeededBug): Counts {
  const report = join(copy, "report.json");
  rmSync(report, { force: true });
  const names = ["--testNamePattern", `${id}\\b`, "--reporter=json", `--outputFile=${report}`];
  const vitest = join(root, "node_modules/.bin/vitest");
  spawnSync(vitest, ["run", "--project", project, ...names, ...files], {
    cwd: copy,
    stdio: "ignore",
    timeout: 600_000,
  });
  const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(report, "utf8"));
  return { passed, failed };
}

/** The tracked files and the installed packages, whose links to the workspaces lead into the copy. */
function copyOfSources(): string {
  const copy = mkdtempSync(join(tmpdir(), "skypanel-bug-"));
  const { stdout } = spawnSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  for (const file of stdout.split("\0").filter((name) => name !== "")) {
    cpSync(join(root, file), join(copy, file), { preserveTimestamps: true });
  }
  linkPackages(copy);
  return copy;
}

function linkPackages(copy: string): void {
  const packages = join(root, "node_modules");
  cpSync(join(packages, "@skypanel"), join(copy, "node_modules/@skypanel"), {
    recursive: true,
    verbatimSymlinks: true,
  });
  for (const name of readdirSync(packages)) {
    if (name !== "@skypanel") symlinkSync(join(packages, name), join(copy, "node_modules", name));
  }
}
