// npm test: everything that must hold, the cheap first. `npm test -- pure db` runs only the layers named.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const reports = join(root, ".local/test");
const layers = ["pure", "db", "http", "cluster", "e2e"];
const onCluster = new Set(["cluster", "e2e"]);
const CHROMIUM = "/usr/bin/chromium";

const named = process.argv.slice(2).filter((word) => !word.startsWith("-"));
const unknown = named.filter((word) => !layers.includes(word));
if (unknown.length > 0) {
  process.stderr.write(`"${unknown.join(" ")}" is no layer; there are ${layers.join(", ")}.\n`);
  process.exit(1);
}
const wanted = named.length === 0 ? layers : layers.filter((layer) => named.includes(layer));
const rows = [];
let running;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    running?.kill("SIGTERM");
    process.exitCode = 130;
  });
}

mkdirSync(reports, { recursive: true });
const programs = wanted.some((layer) => onCluster.has(layer)) ? compilePrograms() : Promise.resolve(0);
if (named.length === 0) {
  await step("generated files", generateChangesNothing);
  await step("check", () => run("npm", ["run", "--silent", "check"]));
}
for (const layer of wanted) if (process.exitCode !== 130) await step(layer, () => test(layer));
summarise();

/** Runs one step and notes how it ended: an exit code, or the counts of a layer's tests. */
async function step(name, work) {
  process.stdout.write(`\n── ${name}\n`);
  const began = performance.now();
  const result = await work();
  const counts = typeof result === "number" ? { passed: 0, failed: result === 0 ? 0 : 1 } : result;
  rows.push({ step: name, seconds: Math.round((performance.now() - began) / 1000), ...counts });
}

function summarise() {
  process.stdout.write("\n");
  console.table(rows);
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  process.stdout.write(`${sum("passed")} passed, ${sum("failed")} failed\n`);
  process.exitCode ||= sum("failed") === 0 ? 0 : 1;
}

/** The cluster's programs compile beside the first layers; a machine that has them compiled does nothing here. */
function compilePrograms() {
  if (process.env.SKYPANEL_KUBECONFIG) return Promise.resolve(0);
  const log = openSync(join(reports, "programs.log"), "w");
  const child = spawn("nice", ["node", "local-cluster/src/up.ts", "--programs"], {
    cwd: root,
    stdio: ["ignore", log, log],
  });
  process.once("exit", () => child.kill());
  return new Promise((done) => child.once("exit", (code) => done(code ?? 1)));
}

async function test(layer) {
  if (onCluster.has(layer) && (await programs) !== 0) {
    process.stdout.write(readFileSync(join(reports, "programs.log"), "utf8"));
    return 1;
  }
  if (layer === "e2e" && !existsSync(CHROMIUM)) await installChromium();
  const report = join(reports, `${layer}.json`);
  rmSync(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const code = await run("vitest", ["run", "--project", layer, ...reporters], { CI: process.env.CI ? "1" : "" });
  if (!existsSync(report)) return 1;
  const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(report, "utf8"));
  // A file that cannot be loaded, or a set-up that fails, has no failed test and is a failure all the same.
  return { passed, failed: Math.max(failed, code === 0 ? 0 : 1) };
}

async function installChromium() {
  await run("apt-get", ["update", "-qq"]);
  await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], {
    DEBIAN_FRONTEND: "noninteractive",
  });
}

/** Generated files are committed: generating them again must change nothing. */
async function generateChangesNothing() {
  const before = await tree();
  const code = await run("npm", ["run", "--silent", "generate"]);
  if (code !== 0 || before === (await tree())) return code;
  process.stdout.write('Generated files are not up to date; run "npm run generate" and commit what it changes.\n');
  return 1;
}

async function tree() {
  const status = await output("git", ["status", "--porcelain", "--untracked-files=all"]);
  return createHash("sha256")
    .update(status)
    .update(await output("git", ["diff"]))
    .digest("hex");
}

function output(program, args) {
  const child = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const chunks = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  return new Promise((done) => child.once("close", () => done(Buffer.concat(chunks))));
}

function run(program, args, env = {}) {
  const child = spawn(program, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } });
  running = child;
  return new Promise((done) => {
    child.once("error", (error) => {
      process.stdout.write(`cannot start ${program}: ${error.message}\n`);
      done(1);
    });
    child.once("exit", (code) => done(code ?? 1));
  });
}
