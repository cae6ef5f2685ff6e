import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A program of the bench at work, as a process of its own. */
export interface Running {
  readonly pid: number;
  /** From its start until its caches are whole and it leads. */
  readonly syncedMs: number;
  /** 99 of 100 delays of its event loop since this was last asked are shorter; undefined: it has none. */
  loopP99Ms(): Promise<number | undefined>;
  /** Rejects if it ends without being asked to. */
  readonly died: Promise<never>;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>;
}

/** How a program is started; what it says on standard output is JSON, a line each. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const syncDeadlineMs = 120_000;
const stopDeadlineMs = 20_000;

/** Starts a program that says `synced`, and resolves once it did; `hasLoop` if it answers what its event loop's delay is. */
export async function startTold(command: Command, hasLoop: boolean): Promise<Running> {
  const from = performance.now();
  const { child, pid, died, stop } = begin(command, "pipe");
  if (child.stdout === null) throw new Error("unreachable: it was asked for above");
  const lines = createInterface({ input: child.stdout });
  const next = async (): Promise<Record<string, unknown>> => {
    const line = once(lines, "line", { signal: AbortSignal.timeout(syncDeadlineMs) });
    const [words] = await Promise.race([line, died]);
    return JSON.parse(String(words));
  };
  await next();
  return {
    ...{ pid, died },
    syncedMs: performance.now() - from,
    loopP99Ms: async () => {
      if (!hasLoop) return undefined;
      child.stdin?.write("\n");
      return Number((await next()).loopP99Ms);
    },
    stop,
  };
}

/** Starts a program that says nothing; it can be relied on once `isSynced`. */
export async function startAsked(
  command: Command,
  isSynced: () => Promise<boolean>,
  loopP99Ms: () => Promise<number>,
): Promise<Running> {
  const from = performance.now();
  const { pid, died, stop } = begin(command, "ignore");
  while (!(await Promise.race([isSynced(), died]))) {
    if (performance.now() - from > syncDeadlineMs) throw new Error(`${command.file} was not ready in time`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { pid, died, syncedMs: performance.now() - from, loopP99Ms, stop };
}

const alive = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of alive) child.kill("SIGKILL"); // nobody would end it after us
});

function begin({ file, args, env }: Command, stdout: "pipe" | "ignore") {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(file, args, { env: { PATH, HOME, ...env }, stdio: ["pipe", stdout, "inherit"] });
  if (child.pid === undefined) throw new Error(`cannot start ${file}`);
  alive.add(child);
  let isAsked = false;
  const died = new Promise<never>((_, reject) => {
    child.once("exit", (code, signal) => {
      alive.delete(child);
      if (!isAsked) reject(new Error(`${[file, ...args].join(" ")} ended with ${code ?? signal}`));
    });
  });
  died.catch(() => undefined); // whoever waits for the program's work hears of it
  const stop = async () => {
    isAsked = true;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), stopDeadlineMs);
    await ended;
    clearTimeout(late);
  };
  return { child, pid: child.pid, died, stop };
}
