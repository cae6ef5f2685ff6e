import type { Millis } from "@skypanel/crds/time.ts";

/** One commit of a cluster's journal; `content` null removes the file. */
export interface JournalCommit {
  seq: number;
  authorName: string;
  authorEmail: string;
  message: string;
  at: Millis;
  changes: readonly { path: string; content: string | null }[];
}

/** The branch every cluster follows. */
export const branch = "refs/heads/main";

// Git would quote anything else; the journal holds nothing else, and a stream that said more than it should must not exist.
const pathPattern = /^[a-z0-9]([a-z0-9./-]*[a-z0-9])?$/;

/**
 * The `git fast-import` stream of `commits`, put on top of the branch when `onTop`, else beginning it.
 * Author, dates and order come from the journal alone: the same journal gives the same bytes, so the same hashes.
 */
export function fastImport(commits: readonly JournalCommit[], onTop: boolean): string {
  const parts = commits.map((commit, index) => commitCommand(commit, index === 0 && onTop));
  return `feature done\n${parts.join("")}done\n`;
}

function commitCommand(commit: JournalCommit, continues: boolean): string {
  const when = `${Math.floor(commit.at / 1000)} +0000`;
  const message = `${commit.message}\n\nSeq: ${commit.seq}\n`;
  return [
    `commit ${branch}\n`,
    `author ${person(commit.authorName)} <${address(commit.authorEmail)}> ${when}\n`,
    `committer SkyPanel <journal@skypanel.invalid> ${when}\n`,
    data(message),
    continues ? `from ${branch}^0\n` : "",
    ...[...commit.changes].sort(byPath).map(changeCommand),
    "\n",
  ].join("");
}

function changeCommand({ path, content }: JournalCommit["changes"][number]): string {
  if (!pathPattern.test(path) || path.includes("..")) throw new Error(`a path the journal may not hold: ${path}`);
  return content === null ? `D ${path}\n` : `M 100644 inline ${path}\n${data(content)}`;
}

// Not localeCompare: the order must not depend on the machine.
function byPath(a: { path: string }, b: { path: string }): number {
  return a.path < b.path ? -1 : Number(a.path > b.path);
}

function data(text: string): string {
  return `data ${new TextEncoder().encode(text).length}\n${text}\n`;
}

/** A name git accepts in an ident line: no angle brackets, no line ends, never empty. */
function person(name: string): string {
  return name.replace(/[<>\p{C}]+/gu, " ").trim() || "unknown";
}

function address(email: string): string {
  return email.replace(/[<>\s\p{C}]+/gu, "");
}
