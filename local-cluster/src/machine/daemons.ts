import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "./failure.ts";
import { type ProcessGroup, signal } from "./process-group.ts";
import { tied } from "./tie.ts";
import { waitFor } from "./wait.ts";

/** A program that runs as long as the cluster does. */
export type Daemon = {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The network namespace it runs in; the machine's own when absent. */
  readonly namespace?: string;
};

type Place = { readonly run: string; readonly logs: string; readonly group: ProcessGroup; readonly keep: boolean };

const STOP_MS = 10_000;

/** Starts a daemon, notes its process id and start time in `run`, and lets its output go to a file in `logs`. */
export async function startDaemon(daemon: Daemon, place: Place): Promise<void> {
  await mkdir(place.run, { recursive: true });
  await mkdir(place.logs, { recursive: true });
  const log = openSync(join(place.logs, `${daemon.name}.log`), "a");
  const [program = "", ...args] = commandLine(daemon, place.keep);
  const child = spawn(program, args, {
    detached: true,
    stdio: ["ignore", log, log],
    env: { ...process.env, ...daemon.env },
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) throw new Failure(`cannot start ${daemon.name}: ${daemon.program} is not there`);
  await place.group.adopt(pid);
  await writeFile(pidFile(place.run, daemon.name), `${pid} ${startTime(pid) ?? ""}\n`);
  child.unref();
}

/** Asks a daemon to stop, kills it when it does not, and forgets it; does nothing when it is not running. */
export async function stopDaemon(name: string, run: string): Promise<void> {
  const pid = daemonPid(name, run);
  if (pid !== undefined) {
    const gone = { what: `the end of ${name}`, deadlineMs: STOP_MS };
    signal(pid, "SIGTERM");
    await waitFor(gone, () => daemonPid(name, run) === undefined).catch(() => signal(pid, "SIGKILL"));
    await waitFor(gone, () => daemonPid(name, run) === undefined);
  }
  await rm(pidFile(run, name), { force: true });
}

/** Returns the process id of a daemon that runs; a number that meanwhile belongs to another process does not count. */
export function daemonPid(name: string, run: string): number | undefined {
  const file = pidFile(run, name);
  if (!existsSync(file)) return undefined;
  const [pid, started] = readFileSync(file, "utf8").trim().split(" ");
  return started !== undefined && startTime(Number(pid)) === started ? Number(pid) : undefined;
}

function pidFile(run: string, name: string): string {
  return join(run, `${name}.pid`);
}

/** A daemon that is not to be kept ends with this process. */
function commandLine(daemon: Daemon, keep: boolean): readonly string[] {
  const enter = daemon.namespace === undefined ? [] : ["nsenter", `--net=/run/netns/${daemon.namespace}`, "--"];
  return [...enter, ...(keep ? [daemon.program, ...daemon.args] : tied(daemon.program, daemon.args))];
}

/** Field 22 of /proc/<pid>/stat; a zombie counts as ended. The command in field 2 may hold spaces and parentheses. */
function startTime(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ");
    return fields?.[0] === "Z" ? undefined : fields?.[19];
  } catch {
    return undefined;
  }
}
