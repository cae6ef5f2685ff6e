import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Installation, Server } from "../../operator/src/installation-at-work.ts";

/** The operator as a process of its own, as a pod runs it. */
export interface OperatorProcess {
  readonly pid: number;
  /** Resolves once it has logged that message; rejects, with its last words, if it ends or two minutes pass before. */
  said(message: string): Promise<void>;
  /** What its second port answers: status and body. */
  ask(path: "/healthz" | "/readyz" | "/metrics"): Promise<{ status: number; body: string }>;
  signal(name: "SIGTERM" | "SIGSTOP" | "SIGCONT" | "SIGKILL"): void;
  /** Its exit code, once it has ended. */
  ended(): Promise<number | null>;
}

const main = fileURLToPath(new URL("../../operator/src/main.ts", import.meta.url));
const patienceMs = 120_000;
const lastWords = 50;

/** What runs now; it has no reason to run on when this process ends. */
const alive = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

/** Starts `node operator/src/main.ts` for one shard of an installation, which it finds at `server`; resolves once its probes answer. */
export async function operatorProcess(
  installation: Installation,
  shard: string,
  server: Server,
): Promise<OperatorProcess> {
  const scratch = await mkdtemp(join(tmpdir(), "skypanel-operator-"));
  const env = {
    PATH: process.env.PATH ?? "",
    KUBECONFIG: await installation.kubeconfig(server),
    SKYPANEL_NAMESPACE: installation.namespace,
    SKYPANEL_SHARD: shard,
    SKYPANEL_SCRATCH_DIR: scratch,
    SKYPANEL_METRICS_PORT: "0",
  };
  const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "pipe"] });
  alive.add(child);
  const exit = once(child, "exit").then(async ([code]) => {
    alive.delete(child);
    await rm(scratch, { recursive: true, force: true });
    return code as number | null; // of Node's exit event
  });
  const heard = listening(child, exit);
  const { port } = await heard("operator started");
  return {
    pid: child.pid ?? 0,
    said: async (message) => void (await heard(message)),
    ask: async (path) => {
      const response = await fetch(`http://127.0.0.1:${String(port)}${path}`);
      return { status: response.status, body: await response.text() };
    },
    signal: (name) => void child.kill(name),
    ended: () => exit,
  };
}

type Entry = Readonly<Record<string, unknown>>;

/** Follows a process's log; the returned function waits for the first entry of a message. */
function listening(child: ChildProcess, exit: Promise<number | null>): (message: string) => Promise<Entry> {
  const entries = new Map<unknown, Entry>();
  const waiting = new Map<string, (entry: Entry) => void>();
  const last: string[] = [];
  const hear = (line: string) => {
    last.push(line);
    if (last.length > lastWords) last.shift();
    const entry = entryOf(line);
    if (entries.has(entry.msg)) return;
    entries.set(entry.msg, entry);
    waiting.get(String(entry.msg))?.(entry);
  };
  for (const stream of [child.stdout, child.stderr]) if (stream !== null) createInterface(stream).on("line", hear);
  return async (message) => {
    const known = entries.get(message);
    if (known !== undefined) return known;
    const { promise, resolve, reject } = Promise.withResolvers<Entry>();
    const fail = (why: string) => reject(new Error(`the operator ${why} "${message}":\n${last.join("\n")}`));
    waiting.set(message, resolve);
    void exit.then((code) => fail(`ended with ${code} and did not say`));
    const timer = setTimeout(fail, patienceMs, "did not say in time");
    return promise.finally(() => clearTimeout(timer));
  };
}

function entryOf(line: string): Entry {
  try {
    return Object(JSON.parse(line));
  } catch {
    return {}; // a crash speaks plain text
  }
}
