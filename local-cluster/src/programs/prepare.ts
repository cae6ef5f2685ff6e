import { mkdirSync } from "node:fs";
import { stateFolder } from "../cluster/folder.ts";
import type { Progress } from "../machine/progress.ts";
import { checkNeeds } from "./needs.ts";
import { installPackages } from "./packages.ts";

/** Makes this machine able to run a cluster, or throws a Failure that says in a sentence each what it lacks. */
export async function prepareMachine(progress: Progress): Promise<void> {
  mkdirSync(stateFolder(), { recursive: true });
  await checkNeeds(stateFolder());
  await installPackages(progress);
}
