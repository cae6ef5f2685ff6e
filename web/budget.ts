import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Budget, budgets, chunksOf, type Manifest, overspent } from "./budget-rules.ts";

const dist = join(import.meta.dirname, "dist");
// Vite wrote it a moment ago, in the shape of its own documentation.
const manifest = JSON.parse(await readFile(join(dist, ".vite/manifest.json"), "utf8")) as Manifest;

async function gzipBytes(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => gzipSync(await readFile(join(dist, file))).length));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const measured = await Promise.all(
  budgets.map(async (budget: Budget) => ({ ...budget, bytes: await gzipBytes(chunksOf(manifest, budget)) })),
);
for (const { id, what, bytes, failKb } of measured) {
  console.log(`${id} ${what}: ${(bytes / 1_000).toFixed(1)} kB of ${failKb} kB gzip`);
}
const over = overspent(measured);
if (over.length > 0) {
  console.error(`over budget: ${over.join(", ")}`);
  process.exitCode = 1;
}
