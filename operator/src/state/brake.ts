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
  /** The id of the removals that were let go at this very commit, if any: what is left of them goes too. */
  readonly begun: string | undefined;
}

/** The id of a set of removals: it names exactly these, so a confirmation never lets others through. */
export function pruneId(paths: readonly string[]): string {
  return hash([...paths].sort());
}

/** Removals by path, and the id that lets them go. */
export interface Removals {
  readonly id: string;
  readonly paths: readonly string[];
}

/** What becomes of removals: few enough go, others wait for a person, who confirms exactly them. */
export type Release =
  | { readonly k: "free" | "going" }
  | { readonly k: "held" | "confirmed"; readonly removals: Removals };

/**
 * Removals wait if there are more than `maxObjects`, or more than three that are also more than `maxPercent` of all. An
 * emptied or foreign tree looks exactly like many removals.
 */
export function release({ paths, known, prune: { maxObjects, maxPercent }, confirmed, begun }: BrakeInput): Release {
  const isLarge =
    paths.length > maxObjects || (paths.length > alwaysAllowed && paths.length * 100 > known * maxPercent);
  if (!isLarge) return { k: "free" };
  if (confirmed !== undefined && confirmed === begun) return { k: "going" };
  const removals = { id: pruneId(paths), paths };
  return { k: confirmed === removals.id ? "confirmed" : "held", removals };
}
