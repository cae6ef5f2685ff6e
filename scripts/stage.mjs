// What every npm verb begins with. It starts on any Node from 20 on, brings the Node of this repository and its packages,
// and hands over to the program that does the work. Usage: node scripts/stage.mjs start|dev|test|nightly [arguments]
import { spawn, spawnSync } from "node:child_process";
import { existsSync, statSync, utimesSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const bin = join(root, "node_modules/.bin");
const lock = join(root, "package-lock.json");
const installed = join(root, "node_modules/.package-lock.json");

const verbs = {
  start: { program: "local-cluster/src/start.ts", cluster: !process.env.KUBECONFIG },
  dev: { program: "local-cluster/src/start.ts", args: ["--dev"], cluster: !process.env.KUBECONFIG },
  test: { program: "scripts/test-layers.mjs", cluster: !process.env.SKYPANEL_KUBECONFIG },
  nightly: { program: "scripts/nightly.mjs", cluster: true },
};

const [name = "", ...args] = process.argv.slice(2);
const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
if (verb === undefined) fail([`"${name}" is not one of ${Object.keys(verbs).join(", ")}.`]);
fail(missingTools(verb.cluster));
if (!isInstalled()) install();
handOver([verb.program, ...(verb.args ?? []), ...args]);

/** A sentence for each tool that is not there. */
function missingTools(cluster) {
  const has = (program, ...words) => spawnSync(program, words, { stdio: "ignore" }).status === 0;
  const needs = [
    [
      Number(process.versions.node.split(".")[0]) >= 20,
      "This needs Node 20 or newer to start; it then brings its own Node 24.",
    ],
    [has("git", "--version"), "This needs git, which is not on the PATH."],
    [has("npm", "--version"), "This needs npm, which is not on the PATH."],
    [!cluster || has("go", "version"), "The local cluster is compiled with Go, which is not on the PATH."],
    [!cluster || process.getuid?.() === 0, "The local cluster starts containers and so needs root; run this as root."],
  ];
  return needs.filter(([met]) => !met).map(([, sentence]) => sentence);
}

function isInstalled() {
  return (
    existsSync(installed) && existsSync(join(bin, "node")) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs
  );
}

/** Installs exactly what package-lock.json says. npm keeps the time of an unchanged record, so it is set here. */
function install() {
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: root, stdio: "inherit" });
  if (status !== 0) fail(["npm ci failed; its messages are above."]);
  utimesSync(installed, new Date(), new Date());
}

/** Runs the work with the repository's Node and ends as it ends. Ctrl-C reaches the work by itself: it decides when to end. */
function handOver(command) {
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  // The work ends even when this is killed; only Linux can promise that.
  const tie = process.platform === "linux" ? ["setpriv", "--pdeathsig", "TERM", "--"] : [];
  const [program, ...words] = [...tie, join(bin, "node"), ...command];
  const child = spawn(program, words, { cwd: root, stdio: "inherit", env });
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
  });
}

function fail(sentences) {
  if (sentences.length === 0) return;
  process.stderr.write(`${sentences.join("\n")}\n`);
  process.exit(1);
}
