import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, vi } from "vitest";
import { within } from "./tenant-at-work.ts";

const main = fileURLToPath(new URL("../../operator/src/main.ts", import.meta.url));

/** The operator as a process of its own, as a pod runs it. */
export interface OperatorChild {
  readonly pid: number;
  /** Resolves once it has logged that message. */
  said(message: string): Promise<void>;
  /** What a probe answers: status and body. */
  probe(path: "/healthz" | "/readyz"): Promise<{ status: number; body: string }>;
  signal(name: "SIGTERM" | "SIGSTOP" | "SIGCONT" | "SIGKILL"): void;
  /** Its exit code, once it has ended. */
  ended(): Promise<number | null>;
}

/** Starts `node operator/src/main.ts`; resolves once its probes answer. */
export async function operatorChild(env: Record<string, string>): Promise<OperatorChild> {
  const { PATH = "" } = process.env;
  const child: ChildProcess = spawn(process.execPath, [main], {
    env: { PATH, SKYPANEL_METRICS_PORT: "0", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: { msg?: string; port?: number }[] = [];
  if (child.stdout !== null) createInterface(child.stdout).on("line", (line) => void lines.push(JSON.parse(line)));
  const find = (message: string) => lines.find(({ msg }) => msg === message);
  const exit = once(child, "exit").then(([code]) => code as number | null); // of Node's exit event
  const said = async (message: string) => {
    const waited = vi.waitFor(() => expect(find(message), message).toBeDefined(), within);
    await Promise.race([waited, exit.then(() => expect.unreachable(`it ended and did not say: ${message}`))]);
  };
  await said("operator started");
  const base = `http://127.0.0.1:${find("operator started")?.port}`;
  return {
    pid: child.pid ?? 0,
    said,
    probe: async (path) => {
      const response = await fetch(`${base}${path}`);
      return { status: response.status, body: await response.text() };
    },
    signal: (name) => void child.kill(name),
    ended: () => exit,
  };
}
