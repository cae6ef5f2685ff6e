import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { limits } from "@skypanel/crds/limits.ts";

// Nothing of the machine's or a person's git configuration may change what is built or served.
const environment = {
  PATH: process.env.PATH ?? "/usr/bin:/bin",
  HOME: "/nonexistent",
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_NO_REPLACE_OBJECTS: "1",
};

const outputLimit = 1024 * 1024;

/** A git process at work on the bare repository `repository`; `argv` is fixed by the caller, never by a user. */
export function startGit(
  repository: string,
  argv: readonly string[],
  signal: AbortSignal,
  protocol?: "version=2",
): ChildProcessWithoutNullStreams {
  return spawn("git", argv, {
    cwd: repository,
    env: { ...environment, GIT_DIR: repository, ...(protocol ? { GIT_PROTOCOL: protocol } : {}) },
    signal,
    killSignal: "SIGKILL",
  });
}

/** Runs git to its end and returns what it printed; throws with its last words when it fails or passes its deadline. */
export async function runGit(repository: string, argv: readonly string[], input = ""): Promise<string> {
  const child = startGit(repository, argv, AbortSignal.timeout(limits.desired.fetchMillis));
  // A process that ends early closes its input; its exit code tells more than the broken pipe.
  child.stdin.on("error", () => undefined).end(input);
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [out, err] = await output;
  if (code !== 0)
    throw new Error(`git ${argv.find((word) => !word.startsWith("-"))} ended with ${code}: ${err.slice(-500)}`);
  return out;
}

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: string[] = [];
  let length = 0;
  stream.setEncoding("utf8");
  for await (const chunk of stream) {
    length += chunk.length;
    if (length <= outputLimit) chunks.push(String(chunk));
  }
  return chunks.join("");
}
