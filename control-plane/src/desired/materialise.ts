import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Pool } from "../db/pool.ts";
import { type Transaction, withTenant } from "../db/tenant.ts";
import { NotFound, Refused } from "../errors.ts";
import { changesBetween, commitsAfter, newestSeq } from "../repositories/desired/journal.ts";
import { branch, fastImport, type JournalCommit } from "./fast-import.ts";
import { runGit } from "./git.ts";

export interface Materialiser {
  /** The path of the cluster's bare repository, holding all that was committed before the call. */
  materialise(clusterId: string): Promise<string>;
  /** Says that the repository failed a reader: it is examined before it is used again. */
  doubt(clusterId: string): void;
}

const commitsAtOnce = 200;
// Each import leaves its objects apart from the others; so many commits later they are packed together.
const commitsAPack = 1_000;
// What a killed git leaves behind; each replica has its scratch folder to itself, so nobody holds them.
const locks = ["HEAD.lock", "packed-refs.lock", "config.lock", `${branch}.lock`];

/**
 * Keeps a bare repository per cluster equal to its journal, in `scratch`, a folder of this process alone. What is missing
 * or broken is built again from the journal: every replica arrives at the same hashes, so nothing is lost with a disk.
 */
export function materialiser({ pool, scratch }: { pool: Pool; scratch: string }): Materialiser {
  const sound = new Set<string>();
  const run = async (clusterId: string): Promise<string> => {
    const repository = join(scratch, `${clusterId}.git`);
    const isTrusted = sound.delete(clusterId);
    if (!isTrusted) await examine(repository);
    await followJournal(pool, clusterId, repository).catch(async (error: unknown) => {
      // Caught to try once more: what was sound a minute ago may have lost its disk since.
      if (!isTrusted || error instanceof Refused) throw error;
      await examine(repository);
      await followJournal(pool, clusterId, repository);
    });
    sound.add(clusterId);
    return repository;
  };
  return { materialise: singleFlight(run), doubt: (clusterId) => void sound.delete(clusterId) };
}

/**
 * One run per key at a time. Who asks during a run waits for one more, shared by all who wait: the run under way may have
 * read the journal before the commit they want.
 */
function singleFlight<T>(run: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const running = new Map<string, Promise<T>>();
  const waiting = new Map<string, Promise<T>>();
  const start = (key: string): Promise<T> => {
    const flight = run(key).finally(() => running.delete(key));
    running.set(key, flight);
    return flight;
  };
  return (key) => {
    const current = running.get(key);
    if (!current) return start(key);
    const next =
      waiting.get(key) ??
      current.then(noop, noop).then(() => {
        waiting.delete(key);
        return start(key);
      });
    waiting.set(key, next);
    return next;
  };
}

const noop = (): void => undefined;

/** Leaves a sound repository, or an empty one. */
async function examine(repository: string): Promise<void> {
  for (const lock of locks) await rm(join(repository, lock), { force: true });
  const isSound = await runGit(repository, ["fsck", "--connectivity-only", "--no-dangling", "--no-progress"]).then(
    () => true,
    () => false,
  );
  if (!isSound) await begin(repository);
}

async function begin(repository: string): Promise<void> {
  await rm(repository, { recursive: true, force: true });
  await mkdir(repository, { recursive: true });
  const name = branch.replace("refs/heads/", "");
  await runGit(repository, ["init", "--quiet", "--bare", "--template=", `--initial-branch=${name}`]);
}

async function followJournal(pool: Pool, clusterId: string, repository: string): Promise<void> {
  let mark = await readMark(repository);
  const head = await journal(pool, clusterId, (tx) => newestSeq(tx, clusterId));
  if (!head) throw new NotFound();
  // A journal restored from a backup can be behind the disk; the journal is right.
  if (mark > head.seq) {
    await begin(repository);
    mark = 0;
  }
  while (mark < head.seq) {
    const commits = await journal(pool, clusterId, (tx) => readCommits(tx, clusterId, mark));
    const last = commits.at(-1);
    if (!last) throw new Error(`the journal of cluster ${clusterId} ends before its own number ${head.seq}`);
    await runGit(repository, ["fast-import", "--quiet", "--done", "--date-format=raw"], fastImport(commits, mark > 0));
    if (packsAt(last.seq) > packsAt(mark)) await runGit(repository, ["gc", "--quiet"]);
    mark = last.seq;
  }
}

const packsAt = (seq: number): number => Math.floor(seq / commitsAPack);

function journal<T>(pool: Pool, clusterId: string, read: (tx: Transaction) => Promise<T>): Promise<T> {
  return withTenant(pool, { clusterId }, read);
}

async function readCommits(tx: Transaction, clusterId: string, after: number): Promise<JournalCommit[]> {
  const commits = await commitsAfter(tx, clusterId, after, commitsAtOnce);
  const [first, last] = [commits.at(0), commits.at(-1)];
  if (!first || !last) return [];
  const changes = Map.groupBy(await changesBetween(tx, clusterId, first.seq, last.seq), ({ seq }) => seq);
  return commits.map(({ at, ...commit }) => ({ ...commit, at: at.getTime(), changes: changes.get(commit.seq) ?? [] }));
}

/** The number of the newest commit in the repository, from its trailer; 0 when it has none. */
async function readMark(repository: string): Promise<number> {
  const format = "--format=%(trailers:key=Seq,valueonly)";
  const out = await runGit(repository, ["for-each-ref", "--count=1", "--format=%(objectname)", branch]);
  if (out.trim() === "") return 0;
  return Number.parseInt(await runGit(repository, ["log", "-1", format, branch]), 10) || 0;
}
