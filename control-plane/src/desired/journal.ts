import { limits } from "@skypanel/crds/limits.ts";
import { notify } from "../db/notify.ts";
import type { Transaction } from "../db/tenant.ts";
import { Conflict, Invalid, NotFound } from "../errors.ts";
import {
  contentOf,
  deleteFiles,
  insertChanges,
  insertCommit,
  lockJournal,
  revisionsOf,
  setSeq,
  upsertFiles,
} from "../repositories/desired/journal.ts";
import { revisionOf } from "./revision.ts";

/** Who a commit is by, and what it says. `orgId` is null for what belongs to the cluster itself. */
export interface Entry {
  clusterId: string;
  orgId: string | null;
  author: { name: string; email: string };
  message: string;
}

/**
 * A file's new content, null to remove it. `expected` is the revision the change was based on, null for "not there yet";
 * without it the change stands on whatever there is.
 */
export interface Change {
  path: string;
  content: string | null;
  expected?: string | null;
}

type Revisions = ReadonlyMap<string, string>;

/**
 * Appends one commit to the cluster's journal, in the caller's transaction, and returns its number: wholly there with the
 * rows it renders or wholly absent. Changes that change nothing are left out; without any other, nothing is appended and
 * the answer is undefined. Throws Conflict StaleRevision, Invalid TooLarge, or NotFound without such a cluster.
 */
export async function append(tx: Transaction, entry: Entry, changes: readonly Change[]): Promise<number | undefined> {
  const { clusterId, orgId, author, message } = entry;
  for (const change of changes) refuseLarge(change);
  const journal = await lockJournal(tx, clusterId);
  if (!journal) throw new NotFound();
  const now = await currentRevisions(tx, clusterId, changes);
  for (const change of changes) refuseStale(change, now);
  const real = changes.filter((change) => newRevision(change) !== now.get(change.path));
  if (real.length === 0) return undefined;
  const at = { clusterId, orgId, seq: journal.seq + 1 };
  await setSeq(tx, clusterId, at.seq);
  await insertCommit(tx, { ...at, ...author, message: message.slice(0, 500) });
  await insertChanges(tx, at, real);
  await storeFiles(tx, at, real);
  await notify(tx, "desired", clusterId);
  return at.seq;
}

/** The revision of a file as last committed; undefined when there is none. */
export async function revisionAt(tx: Transaction, clusterId: string, path: string): Promise<string | undefined> {
  return (await revisionsOf(tx, clusterId, [path]))[0]?.revision;
}

/** A file's content as last committed. Throws NotFound when it never was, or was removed. */
export async function contentAt(tx: Transaction, clusterId: string, path: string): Promise<string> {
  const content = (await contentOf(tx, clusterId, path))?.content;
  if (typeof content !== "string") throw new NotFound();
  return content;
}

async function currentRevisions(tx: Transaction, clusterId: string, changes: readonly Change[]): Promise<Revisions> {
  const paths = changes.map(({ path }) => path);
  const files = await revisionsOf(tx, clusterId, paths);
  return new Map(files.map(({ path, revision }) => [path, revision]));
}

async function storeFiles(
  tx: Transaction,
  at: { clusterId: string; seq: number; orgId: string | null },
  changes: readonly Change[],
): Promise<void> {
  const kept = changes.flatMap(({ path, content }) =>
    content === null ? [] : [{ path, revision: revisionOf(content) }],
  );
  const gone = changes.flatMap(({ path, content }) => (content === null ? [path] : []));
  if (kept.length > 0) await upsertFiles(tx, at, kept);
  if (gone.length > 0) await deleteFiles(tx, at.clusterId, gone);
}

function newRevision({ content }: Change): string | undefined {
  return content === null ? undefined : revisionOf(content);
}

function refuseStale({ path, expected }: Change, now: Revisions): void {
  const current = now.get(path);
  if (expected === undefined || (expected ?? undefined) === current) return;
  throw staleRevision(current);
}

/** What an editor is told whose change was based on an older revision than `newer`. */
export function staleRevision(newer: string | undefined): Conflict {
  return new Conflict({
    reason: "StaleRevision",
    detail: "It was changed since you read it.",
    remedy: "Read it again, look at what changed, and save once more.",
    ...(newer ? { revision: newer } : {}),
  });
}

function refuseLarge({ content }: Change): void {
  if (content === null || Buffer.byteLength(content) <= limits.desired.fileBytes) return;
  throw new Invalid({
    reason: "TooLarge",
    detail: `The rendered object has more than ${limits.desired.fileBytes / 1024} KiB.`,
    remedy: "Use fewer or shorter variables or commands.",
  });
}
