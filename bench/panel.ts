import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { budgets, chunksOf, type Manifest } from "../web/budget-rules.ts";

const dist = "web/dist";

/** Gzip bytes of what the panel loads, by budget of web/budget-rules.ts; the panel must be built. */
export async function panel(): Promise<unknown> {
  // written by Vite in the shape of its documentation
  const manifest = JSON.parse(await readFile(join(dist, ".vite/manifest.json"), "utf8")) as Manifest;
  const size = async (file: string) => gzipSync(await readFile(join(dist, file))).length;
  return Promise.all(
    budgets.map(async ({ id, what, failKb, ...budget }) => {
      const sizes = await Promise.all(chunksOf(manifest, { id, what, failKb, ...budget }).map(size));
      return { id, what, gzipBytes: sizes.reduce((sum, each) => sum + each, 0), failBytes: failKb * 1_000 };
    }),
  );
}
