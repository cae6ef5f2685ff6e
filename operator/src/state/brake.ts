import type { StateSourceSpec } from "@skypanel/crds/kinds/state-source.ts";
import { hash } from "../kube/hash.ts";

const alwaysAllowed = 3;

/** What the brake decides on. */
export interface BrakeInput {
  /** The paths that would be removed. */
  readonly paths: readonly string[];
  /** How many objects from git there are. */
  readonly known: number;
  readonly prune: StateSourceSpec["prune"];
  /** The id that `cluster.yaml` confirms, if any. */
  readonly confirmed: string | undefined;
}

/** The id of a set of removals: it names exactly these, so a confirmation never lets others through. */
export function pruneId(paths: readonly string[]): string {
  return hash([...paths].sort());
}

/**
 * True if the removals wait for a person: more than `maxObjects`, or more than three that are also more than
 * `maxPercent` of all. An emptied or foreign tree looks exactly like many removals.
 */
export function isHeld({ paths, known, prune: { maxObjects, maxPercent }, confirmed }: BrakeInput): boolean {
  const isLarge =
    paths.length > maxObjects || (paths.length > alwaysAllowed && paths.length * 100 > known * maxPercent);
  return isLarge && confirmed !== pruneId(paths);
}
