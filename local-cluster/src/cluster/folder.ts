import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { Failure } from "../machine/failure.ts";

/** The work tree this code lies in. */
export const workTree = resolve(import.meta.dirname, "../../..");

/** Returns the folder with everything that is kept between runs: SKYPANEL_STATE, or .local in the work tree. */
export function stateFolder(): string {
  const { SKYPANEL_STATE } = process.env;
  return SKYPANEL_STATE ? resolve(SKYPANEL_STATE) : resolve(workTree, ".local");
}

/** Returns the folder of the cluster called `name`; throws a Failure when that cannot be a cluster's name. */
export function clusterFolder(name: string): string {
  if (!/^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/.test(name)) {
    throw new Failure(`"${name}" cannot be a cluster's name: use up to 20 small letters, digits and hyphens.`);
  }
  return resolve(stateFolder(), "clusters", name);
}

/** Returns the names of all clusters that have a folder. */
export function clusterNames(): readonly string[] {
  const folder = resolve(stateFolder(), "clusters");
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
