import { existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";
import { workTree } from "../cluster/folder.ts";
import type { Progress } from "../machine/progress.ts";
import { run } from "../machine/run.ts";

const SOURCES = [
  "web/{src,public}/**/*",
  "web/{index.html,vite.config.ts,package.json}",
  "{crds,control-plane}/src/**/*.ts",
];
const DEADLINE_MS = 5 * 60_000;

/** Returns the folder of the panel's pages, built anew when a source is newer than what is there. */
export async function webAssets(progress: Progress): Promise<string> {
  const folder = join(workTree, "web/dist");
  const built = join(folder, "index.html");
  const sources = globSync(SOURCES, { cwd: workTree });
  const isFresh =
    existsSync(built) && sources.every((file) => statSync(join(workTree, file)).mtimeMs <= statSync(built).mtimeMs);
  if (!isFresh) {
    const build = { cwd: workTree, deadlineMs: DEADLINE_MS };
    await progress.step("building the panel's pages", () => run("npm", ["run", "build", "--workspace", "web"], build));
  }
  return folder;
}
