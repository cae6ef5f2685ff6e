import { execFile } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { limits } from "@skypanel/crds/limits.ts";
import { environment, type GitOptions, type Remote, refusal } from "./git-environment.ts";

/** A commit as it was fetched. */
export interface Commit {
  readonly id: string;
  readonly message: string;
}

/** Git said no, or nothing in time. The message is git's own last word. */
export class GitFailed extends Error {
  override readonly name = "GitFailed";
}

/** A bare repository that only ever holds the newest commit. */
export interface Repository {
  /** Fetches the branch. Throws GitFailed; the repository is as before, or empty. */
  fetch(remote: Remote, signal: AbortSignal): Promise<Commit>;
  /** `git ls-tree -rz -l` of a commit. */
  list(commit: string, signal: AbortSignal): Promise<string>;
  /** The bytes of each blob, in the order asked for. */
  read(blobs: readonly string[], signal: AbortSignal): Promise<readonly Uint8Array[]>;
}

const ref = "refs/skypanel/state";
const listingBytes = limits.desired.treeFiles * (limits.desired.pathBytes / 4);
const commitPattern = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

/** Opens the repository in `directory`. Nothing runs before the first fetch. */
export function openRepository(options: GitOptions): Repository {
  const { directory } = options;
  let isReady = false;
  const git = (args: readonly string[], signal: AbortSignal, more: RunOptions = {}) =>
    run(
      ["--git-dir", directory, ...args],
      { PATH: process.env.PATH, ...environment(options, more.remote) },
      signal,
      more,
    );
  const begin = async (signal: AbortSignal) => {
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await git(["init", "--quiet", "--bare", "--", directory], signal);
    isReady = true;
  };
  const isTooLarge = async (signal: AbortSignal) => {
    const counts = (await git(["count-objects", "-v"], signal)).toString();
    const kib = [...counts.matchAll(/^size(?:-pack)?: (\d+)$/gm)].map(([, size]) => Number(size));
    return kib.reduce((sum, size) => sum + size, 0) * 1024 > limits.desired.fetchBytes;
  };
  const fetchOnce = async (remote: Remote, signal: AbortSignal): Promise<Commit> => {
    if (!isReady) await begin(signal);
    const refspec = `+refs/heads/${remote.branch}:${ref}`;
    const how = ["--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"];
    await git(["fetch", ...how, "--", remote.url, refspec], signal, { remote });
    const id = (await git(["rev-parse", "--verify", "--end-of-options", `${ref}^{commit}`], signal)).toString().trim();
    if (!commitPattern.test(id)) throw new GitFailed("the branch is no commit");
    const message = (await git(["show", "--no-patch", "--format=%B", "--end-of-options", id], signal)).toString();
    return { id, message };
  };

  return {
    fetch: async (remote, signal) => {
      const refused = refusal(remote, options);
      if (refused !== undefined) throw new GitFailed(refused);
      const wasReady = isReady;
      try {
        const commit = await fetchOnce(remote, signal);
        if (await isTooLarge(signal)) isReady = false; // what it keeps of older commits goes with the next fetch
        return commit;
      } catch (error) {
        isReady = false; // it may be broken; begin anew
        if (!wasReady || signal.aborted || !isDamage(error)) throw error;
        return await fetchOnce(remote, signal);
      }
    },
    list: async (commit, signal) =>
      (await git(["ls-tree", "-rz", "-l", "--full-tree", commit], signal, { most: listingBytes })).toString(),
    read: async (blobs, signal) => {
      const most = limits.desired.changedBytes + blobs.length * 128;
      return splitBatch(await git(["cat-file", "--batch"], signal, { input: `${blobs.join("\n")}\n`, most }), blobs);
    },
  };
}

interface RunOptions {
  readonly remote?: Remote;
  readonly input?: string;
  readonly most?: number;
}

function run(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  { input, most = 1024 * 1024 }: RunOptions,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { env, signal, encoding: "buffer", maxBuffer: most } as const;
    const deadline = { timeout: limits.desired.fetchMillis, killSignal: "SIGKILL" } as const;
    const child = execFile("git", args, { ...options, ...deadline }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      reject(signal.aborted ? signal.reason : new GitFailed(lastWord(stderr.toString()), { cause: error }));
    });
    child.stdin?.on("error", () => {}); // git ended before it read all: its exit says why
    child.stdin?.end(input);
  });
}

/** Git's own last complaint. The address in it is the one that was configured, which holds no credential. */
function lastWord(stderr: string): string {
  const words = stderr.split("\n").filter((line) => /^(fatal|error|remote):/.test(line));
  return words.at(-1)?.replace(/^(fatal|error|remote): /, "") ?? "git ended without a word";
}

/** True if the repository itself, not the other side, is at fault. */
function isDamage(error: unknown): boolean {
  return (
    error instanceof GitFailed &&
    /corrupt|bad object|not a git repository|\.lock|unable to read|missing/i.test(error.message)
  );
}

/** The blobs in the output of `git cat-file --batch`: a header line, that many bytes, a line end. */
function splitBatch(output: Buffer, blobs: readonly string[]): readonly Uint8Array[] {
  let at = 0;
  return blobs.map((blob) => {
    const end = output.indexOf("\n", at);
    const [id, type, size] = output.toString("latin1", at, end).split(" ");
    if (end === -1 || id !== blob || type !== "blob") throw new GitFailed(`the blob ${blob} is missing`);
    const bytes = output.subarray(end + 1, end + 1 + Number(size));
    at = end + 1 + Number(size) + 1;
    return bytes;
  });
}
