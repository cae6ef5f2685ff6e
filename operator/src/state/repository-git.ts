import { mkdir, rm } from "node:fs/promises";
import { limits } from "@skypanel/crds/limits.ts";
import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import { GitEnded, GitFailed, runGit } from "./git.ts";
import { environment, type GitOptions, type Remote, refusal } from "./git-environment.ts";

/** A commit as it was fetched. */
export interface Commit {
  readonly id: string;
  readonly message: string;
}

/** A bare repository that only ever holds the newest commit. */
export interface Repository {
  /** Fetches the branch. Throws GitFailed; the repository is as before, or is begun anew by the next fetch. */
  fetch(remote: Remote, signal: AbortSignal): Promise<Commit>;
  /** `git ls-tree -rz -l` of a commit. */
  list(commit: string, signal: AbortSignal): Promise<string>;
  /** The bytes of each blob, in the order asked for. */
  read(blobs: readonly string[], signal: AbortSignal): Promise<readonly Uint8Array[]>;
}

export interface RepositoryOptions extends GitOptions {
  readonly clock: Clock;
  /** Bytes on disk from which it is deleted and fetched anew. */
  readonly most?: number;
}

interface RunOptions {
  readonly remote?: Remote;
  readonly input?: string;
  readonly most?: number;
}

const ref = "refs/skypanel/state";
const answerBytes = 1024 * 1024;
const listingBytes = limits.desired.treeFiles * (limits.desired.pathBytes / 4);
const headerBytes = 128; // of each blob in a batch
const measureEveryMs: Millis = 1_000;
const commitPattern = /^([0-9a-f]{40}(?:[0-9a-f]{24})?)\n(.*)$/s;
const fetchArgs = ["--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"];
// Git says so before it has written anything: our copy is as good as it was.
const elsewhere = /^(unable to access |couldn't find remote ref )|not valid: is this a git repository\?$/;

/** Opens the repository in `directory`. Nothing runs before the first fetch, which begins it anew. */
export function openRepository(options: RepositoryOptions): Repository {
  const { directory, clock, most = limits.desired.fetchBytes } = options;
  let isSound = false;
  const git = (args: readonly string[], signal: AbortSignal, { remote, ...more }: RunOptions = {}) => {
    const env = environment(options, remote);
    return runGit(["--git-dir", directory, ...args], { env, clock, signal, most: answerBytes, ...more });
  };
  const clear = () => rm(directory, { recursive: true, force: true });
  const begin = async (signal: AbortSignal) => {
    await clear();
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await git(["init", "--quiet", "--bare", "--template=", "--", directory], signal);
  };
  const isTooLarge = async (signal: AbortSignal) => bytesOf(await git(["count-objects", "-v"], signal)) > most;
  const fetchAnew = async (remote: Remote, signal: AbortSignal): Promise<Commit> => {
    if (!isSound) await begin(signal);
    isSound = false; // until git is done with it
    const refspec = `+refs/heads/${remote.branch}:${ref}`;
    await guarded(clock, isTooLarge, signal, (bounded) =>
      git(["fetch", ...fetchArgs, "--", remote.url, refspec], bounded, { remote }),
    );
    const [commit, isFull] = await Promise.all([
      git(["show", "--no-patch", "--format=%H%n%B", "--end-of-options", `${ref}^{commit}`], signal),
      isTooLarge(signal),
    ]);
    isSound = !isFull; // what it keeps of older commits goes with the next fetch
    return commitOf(commit);
  };
  /** What git cannot tell of its own copy casts doubt on all of it. */
  const reading = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      isSound = false;
      throw error;
    }
  };

  return {
    fetch: async (remote, signal) => {
      const refused = refusal(remote, options);
      if (refused !== undefined) throw new GitFailed(refused);
      const wasSound = isSound;
      try {
        return await fetchAnew(remote, signal);
      } catch (error) {
        if (error instanceof GitEnded) await clear(); // the disk it took is returned now, not with the next fetch
        isSound = wasSound && error instanceof GitFailed && elsewhere.test(error.message);
        if (!wasSound || isSound || signal.aborted || error instanceof GitEnded) throw error;
        return await fetchAnew(remote, signal); // it was our copy that was broken, or it is now
      }
    },
    list: async (commit, signal) => {
      const args = ["ls-tree", "-rz", "-l", "--full-tree", "--end-of-options", commit];
      return (await reading(git(args, signal, { most: listingBytes }))).toString();
    },
    read: async (blobs, signal) => {
      if (blobs.length === 0) return [];
      const bounds = { input: `${blobs.join("\n")}\n`, most: limits.desired.changedBytes + blobs.length * headerBytes };
      return await reading(git(["cat-file", "--batch"], signal, bounds).then((output) => splitBatch(output, blobs)));
    },
  };
}

/** Works until done, or until what it writes is too large: then it is ended, before it has filled the disk. */
async function guarded(
  clock: Clock,
  isTooLarge: (signal: AbortSignal) => Promise<boolean>,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const full = new AbortController();
  const done = new AbortController();
  const watch = async () => {
    while (!done.signal.aborted) {
      await clock.sleep(measureEveryMs, done.signal);
      if (await isTooLarge(done.signal)) return full.abort(new GitEnded("the repository is too large"));
    }
  };
  const watching = watch().catch(() => undefined); // it is ended with the work, whose own end counts
  try {
    await work(AbortSignal.any([signal, full.signal]));
  } finally {
    done.abort();
    await watching;
  }
}

/** Bytes on disk by `git count-objects -v`, those of an unfinished fetch too. */
function bytesOf(counts: Buffer): number {
  const kib = [...counts.toString().matchAll(/^size(?:-pack|-garbage)?: (\d+)$/gm)].map(([, size]) => Number(size));
  return kib.reduce((sum, size) => sum + size, 0) * 1024;
}

function commitOf(shown: Buffer): Commit {
  const [, id, message = ""] = commitPattern.exec(shown.toString()) ?? [];
  if (id === undefined) throw new GitFailed("the branch is no commit");
  return { id, message };
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
