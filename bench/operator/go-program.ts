import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { attempt, run } from "@skypanel/local-cluster/machine/run.ts";

const folder = join(import.meta.dirname, "controller-runtime");
const buildDeadlineMs = 20 * 60_000;

/** Compiles the program on controller-runtime, or finds it compiled: its path; or why it cannot be had on this machine. */
export async function goProgram(say: (line: string) => void): Promise<{ path: string } | { missing: string }> {
  const path = await cachedPath();
  if (existsSync(path)) return { path };
  const go = await attempt("go", ["version"]).catch(() => undefined);
  if (go?.code !== 0) return { missing: "Go is not on this machine" };
  say("compiling the program on controller-runtime, which takes some minutes once");
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}`;
  const flags = ["-trimpath", "-ldflags", "-s -w", "-o", partial];
  const env = { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" };
  try {
    await run("nice", ["go", "build", ...flags, "."], { cwd: folder, env, deadlineMs: buildDeadlineMs });
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) }; // such as modules out of reach
  }
  await rename(partial, path);
  return { path };
}

/** Outside the work tree, under a digest of all it is made of. A file that is there is whole: a rename put it there. */
async function cachedPath(): Promise<string> {
  const digest = createHash("sha256").update(process.arch);
  for (const file of (await readdir(folder)).sort()) digest.update(file).update(await readFile(join(folder, file)));
  const { XDG_CACHE_HOME } = process.env;
  const cache = XDG_CACHE_HOME ? XDG_CACHE_HOME : join(homedir(), ".cache");
  const name = "bench-controller-runtime";
  return join(cache, "skypanel", "programs", `${name}-${digest.digest("hex").slice(0, 16)}`, name);
}
