import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Installation } from "../../operator/src/installation-at-work.ts";
import { type FaultProxy, startFaultProxy } from "../fault-proxy/fault-proxy.ts";
import type { Running } from "./running.ts";

/** What runs now; it has no reason to run on when this process ends. */
const alive = new Set<ChildProcess>();
const endAll = () => {
  for (const child of alive) child.kill("SIGKILL");
};
process.once("exit", endAll);

const program = new URL("../../operator/src/main.ts", import.meta.url).pathname;
const patienceMs = 120_000;

/** Returns what starts operators as processes of their own, each behind a proxy, that see one shard. */
export function processesOf(installation: Installation, shard: string): () => Promise<Running> {
  return async () => {
    const { url: target, ca } = installation.server;
    const proxy = await startFaultProxy({ arrow: "kube", target, ca });
    const scratch = await mkdtemp(join(tmpdir(), "skypanel-sweep-"));
    const env = {
      KUBECONFIG: await installation.kubeconfig(proxy),
      SKYPANEL_NAMESPACE: installation.namespace,
      SKYPANEL_SHARD: shard,
      SKYPANEL_SCRATCH_DIR: scratch,
      SKYPANEL_METRICS_PORT: "0",
    };
    const child = spawn(process.execPath, [program], { env, stdio: ["ignore", "pipe", "pipe"] });
    alive.add(child);
    const ended = once(child, "exit").then(async () => {
      alive.delete(child);
      await rm(scratch, { recursive: true, force: true });
    });
    const port = await portOnceLeading(child);
    return { proxy, runs: () => runsAt(port), kill: () => end(child, ended, proxy) };
  };
}

async function end(child: ChildProcess, ended: Promise<void>, proxy: FaultProxy): Promise<void> {
  child.kill("SIGKILL");
  await ended;
  await proxy.close();
}

/** Reads the log until the workers run; returns the port of the metrics. Throws when the process ends before. */
async function portOnceLeading(child: ChildProcess): Promise<number> {
  const said: string[] = [];
  const leading = Promise.withResolvers<number>();
  let port = 0;
  const hear = (line: string) => {
    said.push(line);
    if (said.length > 50) said.shift();
    const told = entry(line);
    if (told.msg === "operator started") port = Number(told.port);
    if (told.msg === "leading") leading.resolve(port);
  };
  for (const stream of [child.stdout, child.stderr]) if (stream !== null) createInterface(stream).on("line", hear);
  const fail = (why: string) => leading.reject(new Error(`the operator ${why}:\n${said.join("\n")}`));
  child.once("exit", (code) => fail(`ended with ${code}`));
  const timer = setTimeout(() => fail("does not lead"), patienceMs);
  try {
    return await leading.promise;
  } finally {
    clearTimeout(timer);
  }
}

function entry(line: string): { msg?: unknown; port?: unknown } {
  try {
    return Object(JSON.parse(line));
  } catch {
    return {}; // a crash speaks plain text
  }
}

async function runsAt(port: number): Promise<number> {
  const page = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const lines = page.split("\n").filter((line) => line.startsWith("controller_runtime_reconcile_total{"));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}
