import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Budget, budgets, chunksOf, type Manifest } from "./budget-rules.ts";

const dist = join(import.meta.dirname, "dist");

/** What each budget's files weigh in gzip bytes, of the panel as last built; rejects when it is not built. */
export async function budgetSizes(): Promise<readonly (Budget & { readonly bytes: number })[]> {
  // Vite wrote it, in the shape of its own documentation.
  const manifest = JSON.parse(await readFile(join(dist, ".vite/manifest.json"), "utf8")) as Manifest;
  return Promise.all(
    budgets.map(async (budget) => ({ ...budget, bytes: await gzipBytes(chunksOf(manifest, budget)) })),
  );
}

async function gzipBytes(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => gzipSync(await readFile(join(dist, file))).length));
  return sizes.reduce((sum, size) => sum + size, 0);
}
