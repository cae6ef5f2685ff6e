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

/** What a repository takes: bytes on disk, and packs, of which each fetch adds one and each look-up opens all. */
interface Size {
  readonly bytes: number;
  readonly packs: number;
}

export interface RepositoryOptions extends GitOptions {
  readonly clock: Clock;
  /** Over which it is deleted and fetched anew. */
  readonly most?: Size;
}

interface RunOptions {
  readonly remote?: Remote;
  readonly input?: string;
  readonly most?: number;
}

const ref = "refs/skypanel/state";
const size: Size = { bytes: limits.desired.fetchBytes, packs: 500 };
const answerBytes = 1024 * 1024;
const listingBytes = limits.desired.treeFiles * (limits.desired.pathBytes / 4);
const headerBytes = 128; // of each blob in a batch
const measureEveryMs: Millis = 1_000;
const commitPattern = /^([0-9a-f]{40}(?:[0-9a-f]{24})?)\n(.*)$/s;
const fetchArgs = ["--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"];
// Git says so before it has written anything: our copy is as good as it was.
const elsewhere = /^(unable to access |couldn't find remote ref )|not valid: is this a git repository\?$/;
const noBranch = /^couldn't find remote ref refs\/heads\/(\S+)$/;

/** Opens the repository in `directory`. Nothing runs before the first fetch, which begins it anew. */
export function openRepository(options: RepositoryOptions): Repository {
  const { directory, clock, most = size } = options;
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
  const isTooLarge = async (signal: AbortSignal) => {
    const { bytes, packs } = sizeOf(await git(["count-objects", "-v"], signal));
    return bytes > most.bytes || packs > most.packs;
  };
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
        if (!wasSound || isSound || signal.aborted || error instanceof GitEnded) throw clearer(error);
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

/** Git says of a page of HTML, too, that it has no such branch. */
function clearer(error: unknown): unknown {
  const branch = error instanceof GitFailed ? noBranch.exec(error.message)?.[1] : undefined;
  return branch === undefined
    ? error
    : new GitFailed(`no repository with a branch ${branch} is there`, { cause: error });
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

/** What `git count-objects -v` says, unfinished fetches included. */
function sizeOf(counts: Buffer): Size {
  const numbers = [...counts.toString().matchAll(/^([a-z-]+): (\d+)$/gm)];
  const said = new Map(numbers.map(([, name, number]) => [name, Number(number)]));
  const kib = ["size", "size-pack", "size-garbage"].reduce((sum, name) => sum + (said.get(name) ?? 0), 0);
  return { bytes: kib * 1024, packs: said.get("packs") ?? 0 };
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
