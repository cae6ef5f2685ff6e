import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { limits } from "@skypanel/crds/limits.ts";
import type { Clock } from "@skypanel/runtime/clock.ts";

/** Git said no, or nothing in time. The message is git's own last word. */
export class GitFailed extends Error {
  override readonly name = "GitFailed";
}

/** We ended git, because it took too long or said too much: the other side, or its files, ask for more than we give. */
export class GitEnded extends GitFailed {}

/** What a git process is given, and what bounds it. */
export interface GitRun {
  /** All of its environment but the path of its programs. */
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Bytes it may answer. */
  readonly most: number;
  readonly clock: Pick<Clock, "setTimer">;
  readonly signal: AbortSignal;
}

const complaintBytes = 16 * 1024;
const wordLength = 300;

/**
 * What git answers. It and the helpers it starts are one process group: what is ended leaves no connection behind that
 * still holds the credential. Throws GitFailed, or the signal's reason.
 */
export async function runGit(args: readonly string[], run: GitRun): Promise<Buffer> {
  const { clock, signal, most } = run;
  signal.throwIfAborted();
  const child = spawn("git", args, { env: { PATH: process.env.PATH, ...run.env }, detached: true, stdio: "pipe" });
  let ended: { readonly why: unknown } | undefined;
  const end = (why: unknown) => {
    ended ??= { why };
    killGroup(child);
  };
  const seconds = limits.desired.fetchMillis / 1000;
  const cancel = clock.setTimer(limits.desired.fetchMillis, () =>
    end(new GitEnded(`it took longer than ${seconds} s`)),
  );
  const stop = () => end(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  child.stdin.on("error", () => {}).end(run.input); // git ended before it read all: its exit says why
  const tooMuch = () => end(new GitEnded(`git answers more than ${most} bytes`));
  try {
    const answers = [
      collected(child.stdout, most, tooMuch),
      collected(child.stderr, complaintBytes, () => {}),
    ] as const;
    const [code, stdout, stderr] = await Promise.all([exitOf(child), ...answers]);
    if (ended !== undefined) throw ended.why;
    if (code !== 0) throw new GitFailed(lastWord(stderr.toString()));
    return stdout;
  } finally {
    cancel();
    signal.removeEventListener("abort", stop);
  }
}

function killGroup({ pid }: ChildProcessWithoutNullStreams): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // All of them are gone already, which was asked for.
  }
}

function exitOf(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new GitFailed(`git cannot be started: ${error.message}`, { cause: error })));
    child.once("close", resolve);
  });
}

/** The first `most` bytes of a stream; the rest is read and dropped. */
async function collected(stream: Readable, most: number, tooMuch: () => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length; // a stream without an encoding gives buffers
    if (length > most) tooMuch();
    else chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Git's own last complaint. The address in it is the one that was configured, which holds no credential. */
function lastWord(stderr: string): string {
  const words = stderr.split("\n").filter((line) => /^(fatal|error|remote):/.test(line));
  return (
    words
      .at(-1)
      ?.replace(/^(fatal|error|remote): /, "")
      .slice(0, wordLength) ?? "git ended without a word"
  );
}
