import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { workTree } from "../cluster/folder.ts";
import { Failure } from "../machine/failure.ts";
import { tied } from "../machine/tie.ts";
import { waitFor } from "../machine/wait.ts";

/** How the control plane is to run; `env` are its settings. */
export type ControlPlaneOptions = {
  readonly logs: string;
  readonly env: Readonly<Record<string, string>>;
  readonly readyUrl: string;
  readonly arguments?: readonly string[];
};

/** A control plane as a child process of this one. */
export type ControlPlane = {
  /** Starts it and waits until it answers; does nothing when it runs. */
  start(): Promise<void>;
  /** Stops it and waits for its end; does nothing when it does not run. */
  stop(): Promise<void>;
};

const READY_MS = 110_000;
const STOP_MS = 15_000;

/** Returns a control plane that is not started yet; its output goes to a file in `logs`. */
export function controlPlane(options: ControlPlaneOptions): ControlPlane {
  let child: ChildProcess | undefined;
  return {
    async start() {
      if (child !== undefined) return;
      const started = launch(options);
      child = started;
      started.once("exit", () => {
        if (child === started) child = undefined;
      });
      await waitFor({ what: "the panel", deadlineMs: READY_MS }, () => answers(options, started));
    },
    async stop() {
      if (child === undefined) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const killer = setTimeout((stuck: ChildProcess) => stuck.kill("SIGKILL"), STOP_MS, child);
      await ended;
      clearTimeout(killer);
    },
  };
}

function launch(options: ControlPlaneOptions): ChildProcess {
  mkdirSync(options.logs, { recursive: true });
  const log = openSync(logFile(options), "a");
  // In a process group of its own, because Ctrl-C is for us, who stop it after the cluster, not before; and tied to us,
  // because a start that was killed cannot stop it.
  const [program, ...args] = tied(process.execPath, [...(options.arguments ?? []), "control-plane/src/main.ts"]);
  const child = spawn(program, args, {
    cwd: workTree,
    detached: true,
    stdio: ["ignore", log, log],
    env: { ...process.env, ...options.env },
  });
  closeSync(log);
  process.once("exit", () => child.kill("SIGTERM"));
  return child;
}

async function answers(options: ControlPlaneOptions, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) {
    const last = readFileSync(logFile(options), "utf8").trim().split("\n").slice(-3).join("\n");
    throw new Failure(`The control plane ended at once; the end of ${logFile(options)} is:\n${last}`);
  }
  return fetch(options.readyUrl).then(
    ({ ok }) => ok,
    () => false,
  );
}

function logFile({ logs }: ControlPlaneOptions): string {
  return join(logs, "control-plane.log");
}
