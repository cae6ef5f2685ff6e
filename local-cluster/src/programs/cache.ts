import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Program } from "./list.ts";

const part = join(import.meta.dirname, "../..");

/** Returns the folder of the Go module that pins what a program is made of. */
export function goModule({ module }: Program): string {
  return join(part, module);
}

/**
 * Returns where a compiled program is kept: outside the work tree, so that every clone shares it, in a folder named by its
 * version and a digest of everything it is made of. A file that is there is whole, because it was put there by a rename.
 */
export async function programPath(program: Program): Promise<string> {
  const digest = createHash("sha256").update(JSON.stringify([program, process.arch]));
  for (const file of ["go.mod", "go.sum", ...program.sources]) {
    digest.update(await readFile(join(goModule(program), file)));
  }
  const folder = `${program.name}-${program.version}-${digest.digest("hex").slice(0, 16)}`;
  return join(cacheFolder(), "programs", folder, program.name);
}

function cacheFolder(): string {
  const { XDG_CACHE_HOME } = process.env;
  return join(XDG_CACHE_HOME ? XDG_CACHE_HOME : join(homedir(), ".cache"), "skypanel");
}
