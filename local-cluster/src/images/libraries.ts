import { realpathSync } from "node:fs";
import { run } from "../machine/run.ts";
import { fileEntry } from "./entries.ts";
import type { TarEntry } from "./tar.ts";

/** Returns the shared libraries that programs need, and their loader, each once, at the paths where the programs look. */
export async function libraryEntries(programs: readonly string[]): Promise<TarEntry[]> {
  const paths = new Set<string>();
  for (const program of programs) for (const path of libraryPaths(await run("ldd", [program]))) paths.add(path);
  return [...paths].sort().map((path) => fileEntry(path.slice(1), realpathSync(path)));
}

/** Returns the paths in an answer of ldd: "libz.so.1 => /lib/libz.so.1 (0x7f)" and "/lib64/ld-linux-x86-64.so.2 (0x7f)". */
export function libraryPaths(answer: string): string[] {
  return [...answer.matchAll(/(?:=>\s*|^\s*)(\/\S+)\s+\(0x/gm)].flatMap(([, path]) =>
    path === undefined ? [] : [path],
  );
}
