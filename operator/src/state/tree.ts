import { limits } from "@skypanel/crds/limits.ts";
import { type Place, placeOf } from "./place.ts";

/** A file of the tree that may become an object. `blob` is its git blob id: the revision of what it says. */
export interface TreeFile {
  readonly place: Place;
  readonly blob: string;
  readonly bytes: number;
}

/** A file that cannot be applied, and why. */
export interface FileProblem {
  readonly path: string;
  readonly line?: number;
  readonly message: string;
  /** The file is good, but kubectl manages its object. */
  readonly isElsewhere?: true;
}

/** A tree as `git ls-tree` lists it. */
export interface Tree {
  readonly files: readonly TreeFile[];
  /** Files whose path says nothing to us. */
  readonly ignored: number;
  readonly broken: readonly FileProblem[];
}

const plainFile = "100644";
const line = /^(\d{6}) (blob|commit|tree) ([0-9a-f]{40}(?:[0-9a-f]{24})?) +(\d+|-)\t(.*)$/s;

/**
 * Reads the output of `git ls-tree -rz -l`. Links, submodules and executables are no manifests: at a path of ours they
 * are broken files, elsewhere ignored. Undefined if the listing is not one, or has more files than a tree may.
 */
export function parseTree(listing: string): Tree | undefined {
  const entries = listing.split("\0").filter((entry) => entry !== "");
  if (entries.length > limits.desired.treeFiles) return undefined;
  const files: TreeFile[] = [];
  const broken: FileProblem[] = [];
  let ignored = 0;
  for (const entry of entries) {
    const [, mode, , blob = "", size, path = ""] = line.exec(entry) ?? [];
    if (mode === undefined) return undefined;
    const place = placeOf(path);
    const bytes = Number(size);
    if (place === undefined) ignored += 1;
    else if (mode !== plainFile) broken.push({ path, message: `a link, submodule or program (mode ${mode})` });
    else if (bytes > limits.desired.fileBytes) broken.push({ path, message: tooLarge(bytes) });
    else files.push({ place, blob, bytes });
  }
  return { files, ignored, broken };
}

function tooLarge(bytes: number): string {
  return `${bytes} bytes; at most ${limits.desired.fileBytes} are allowed`;
}
