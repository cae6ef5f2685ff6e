// npm run nightly [-- part …] [--resume]: what takes too long for npm test, part after part against one local cluster.
// --resume leaves out the parts that passed last time. A summary is kept in .local/nightly/summary.json.
import { spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const root = resolve(import.meta.dirname, "..");
const folder = join(root, ".local/nightly");
const summaryFile = join(folder, "summary.json");
const cluster = "nightly";
const node = (file, ...words) => ["node", [file, ...words]];

const parts = {
  faults: ["vitest", ["run", "--project", "nightly"]],
  sweep: node("e2e/sweep/nightly.ts"),
  bugs: node("e2e/seeded-bugs/run.ts"),
  bench: node("bench/run.ts", "operator"),
  soak: node("bench/operator/soak/soak.ts"),
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { resume: { type: "boolean" } } });
const unknown = positionals.filter((word) => !Object.hasOwn(parts, word));
if (unknown.length > 0) {
  process.stderr.write(`"${unknown.join(" ")}" is no part; there are ${Object.keys(parts).join(", ")}.\n`);
  process.exit(1);
}

mkdirSync(folder, { recursive: true });
const summary = existsSync(summaryFile) ? JSON.parse(readFileSync(summaryFile, "utf8")) : {};
const wanted = Object.keys(parts)
  .filter((part) => positionals.length === 0 || positionals.includes(part))
  .filter((part) => !values.resume || summary[part]?.code !== 0);

const kubeconfig = join(root, ".local/clusters", cluster, "kubeconfig");
const env = { ...process.env, SKYPANEL_TEST_CLUSTER: cluster, KUBECONFIG: kubeconfig };
let running;
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => running?.kill("SIGTERM"));

try {
  if ((await run("cluster", node("local-cluster/src/up.ts", "--name", cluster, "--keep"))) !== 0) process.exitCode = 1;
  else for (const part of wanted) await note(part);
} finally {
  await run("cluster", node("local-cluster/src/down.ts", "--name", cluster));
}
console.table(Object.fromEntries(wanted.map((part) => [part, summary[part] ?? { code: "not run" }])));
if (wanted.some((part) => summary[part]?.code !== 0)) process.exitCode = 1;

/** Runs one part and keeps how it ended at once, so that an interrupted night can be resumed. */
async function note(part) {
  if (process.exitCode === 130) return;
  const [startedAt, began] = [new Date().toISOString(), performance.now()];
  const code = await run(part, parts[part]);
  summary[part] = { code, seconds: Math.round((performance.now() - began) / 1000), startedAt };
  writeFileSync(summaryFile, `${JSON.stringify(summary, null, 2)}\n`);
}

/** Runs one program; what it says goes to the terminal and to .local/nightly/<name>.log. Returns its exit code. */
function run(name, [program, words]) {
  process.stdout.write(`\n── ${name}\n`);
  const log = createWriteStream(join(folder, `${name}.log`), { flags: name === "cluster" ? "a" : "w" });
  const child = spawn(program, words, { cwd: root, stdio: ["ignore", "pipe", "pipe"], env });
  running = child;
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ]) {
    from.pipe(log, { end: false });
    from.pipe(to, { end: false });
  }
  return new Promise((done) => {
    child.once("error", (error) => {
      process.stderr.write(`cannot start ${program}: ${error.message}\n`);
      done(1);
    });
    child.once("close", (code, signal) => {
      if (signal !== null) process.exitCode = 130;
      log.end(() => done(code ?? 1));
    });
  });
}
