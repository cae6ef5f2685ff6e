import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Failure } from "./failure.ts";

type Options = {
  readonly input?: string | Readable;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly deadlineMs?: number;
  /** Ends the program at once. */
  readonly signal?: AbortSignal | undefined;
};

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

const DEADLINE_MS = 60_000;

/** What runs now; it has no reason to run on when this process ends. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill();
});

/** Runs a program to its end and returns its standard output; throws a Failure with its last words when it does not exit 0. */
export async function run(program: string, args: readonly string[], options: Options = {}): Promise<string> {
  const ended = await attempt(program, args, options);
  if (ended.code === 0) return ended.stdout;
  const words = (ended.stderr.trim() || ended.stdout.trim()).split("\n").slice(-8).join("\n");
  throw new Failure(`"${[program, ...args].join(" ").slice(0, 200)}" ended with ${ended.code}: ${words}`);
}

/** Runs a program to its end and returns how it ended; throws only when it cannot be started or overruns its deadline. */
export async function attempt(program: string, args: readonly string[], options: Options = {}): Promise<Ended> {
  const child = spawn(program, args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
    cwd: options.cwd,
    timeout: options.deadlineMs ?? DEADLINE_MS,
    killSignal: "SIGKILL",
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  running.add(child);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", (cause) =>
      reject(options.signal?.aborted ? cause : new Failure(`cannot start ${program}: ${cause.message}`, { cause })),
    );
    child.once("close", (code, signal) => {
      running.delete(child);
      if (signal === "SIGKILL") reject(new Failure(`${program} ${args[0] ?? ""} did not end within its deadline`));
      else resolve({ code: code ?? 1, stdout: String(Buffer.concat(stdout)), stderr: String(Buffer.concat(stderr)) });
    });
  });
  // A program that ends before it read its input breaks the pipe; how it ended says more than the broken pipe does.
  await Promise.all([ended, feed(child.stdin, options.input).catch(() => undefined)]);
  return ended;
}

async function feed(stdin: NodeJS.WritableStream, input: string | Readable = ""): Promise<void> {
  if (typeof input !== "string") return pipeline(input, stdin);
  stdin.on("error", () => undefined);
  stdin.end(input);
}
