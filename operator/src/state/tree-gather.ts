import { limits } from "@skypanel/crds/limits.ts";
import { GitFailed } from "./git.ts";
import type { Parsed } from "./parse.ts";
import type { Parser } from "./parse-in-worker.ts";
import type { ParsedFile, ParsedTree } from "./plan.ts";
import type { Repository } from "./repository-git.ts";
import { type FileProblem, parseTree, type Tree, type TreeFile } from "./tree.ts";

/** A commit's tree, parsed, and what of it was not ours to read. */
export interface ReadTree extends ParsedTree {
  readonly count: number;
  readonly ignored: number;
}

/** Reads trees; what a blob said is remembered while it is in the tree. */
export interface TreeReader {
  read(commit: string, signal: AbortSignal): Promise<ReadTree>;
}

/** Reads the tree of a commit without a checkout: names first, then only the blobs that are new since the last read. */
export function treeReader(repository: Repository, parser: Parser): TreeReader {
  let remembered = new Map<string, Parsed>();
  let listed: { readonly commit: string; readonly tree: Tree } | undefined;
  const list = async (commit: string, signal: AbortSignal): Promise<Tree> => {
    if (listed?.commit === commit) return listed.tree; // a commit never changes
    const tree = parseTree(await repository.list(commit, signal));
    if (tree === undefined) throw new GitFailed(`the tree holds more than ${limits.desired.treeFiles} files`);
    listed = { commit, tree };
    return tree;
  };
  return {
    read: async (commit, signal) => {
      const tree = await list(commit, signal);
      const known = new Map(tree.files.flatMap((file) => entry(file, remembered.get(keyOf(file)))));
      const fresh = fitting(tree.files.filter((file) => !known.has(keyOf(file))));
      const blobs = await repository.read(
        fresh.map(({ blob }) => blob),
        signal,
      );
      for (const [index, file] of fresh.entries()) {
        known.set(keyOf(file), await parser.parse(file.place.path, blobs[index] ?? new Uint8Array()));
      }
      remembered = known;
      return assembled(tree, known);
    },
  };
}

/** One path may hold what another did: what it says is judged by both. */
const keyOf = ({ place, blob }: TreeFile) => `${blob} ${place.path}`;
const entry = (file: TreeFile, parsed: Parsed | undefined): [string, Parsed][] =>
  parsed === undefined ? [] : [[keyOf(file), parsed]];

/** As many files as one run may read; the rest waits for the next. */
function fitting(files: readonly TreeFile[]): readonly TreeFile[] {
  let left: number = limits.desired.changedBytes;
  return files.filter(({ bytes }) => {
    left -= bytes;
    return left >= 0;
  });
}

function assembled(tree: Tree, known: ReadonlyMap<string, Parsed>): ReadTree {
  const files: ParsedFile[] = [];
  const broken: FileProblem[] = [...tree.broken];
  for (const file of tree.files) {
    const parsed = known.get(keyOf(file));
    if (parsed?.ok) {
      const { ok: _, ...said } = parsed;
      files.push({ place: file.place, blob: file.blob, ...said });
    } else if (parsed !== undefined) broken.push(parsed.problem);
  }
  return {
    files,
    broken,
    isWhole: files.length + broken.length === tree.files.length + tree.broken.length,
    count: tree.files.length + tree.broken.length + tree.ignored,
    ignored: tree.ignored,
  };
}
