import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { TarEntry } from "./tar.ts";

/** Returns one file of an image, with the content of `source`; what may be executed there may be executed in the image. */
export function fileEntry(path: string, source: string): TarEntry {
  const executable = (lstatSync(source).mode & 0o100) !== 0 || lstatSync(source).isSymbolicLink();
  return { path, mode: executable ? 0o755 : 0o644, content: readFileSync(source) };
}

/** Yields all files and links below `source` as entries below `path`, in the order of their names, one in memory at a time. */
export function* treeEntries(path: string, source: string, wanted: (path: string) => boolean): Generator<TarEntry> {
  for (const entry of readdirSync(source, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const [inside, outside] = [`${path}/${entry.name}`, join(source, entry.name)];
    if (!wanted(inside)) continue;
    if (entry.isDirectory()) yield* treeEntries(inside, outside, wanted);
    else if (entry.isSymbolicLink()) yield { path: inside, mode: 0o777, linkTarget: readlinkSync(outside) };
    else yield fileEntry(inside, outside);
  }
}

/** Returns one file with the given text. */
export function textEntry(path: string, text: string): TarEntry {
  return { path, mode: 0o644, content: Buffer.from(text) };
}
