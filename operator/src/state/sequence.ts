import type { StateSourceStatus } from "@skypanel/crds/kinds/state-source.ts";

/** A commit in the order of the control plane's journal. */
export interface Point {
  readonly commit: string;
  readonly sequence: number;
}

/** What a fetched commit is to the applied one. */
export type Order =
  | { readonly k: "next"; readonly point: Point }
  | { readonly k: "older" }
  | { readonly k: "rewritten" };

/**
 * Where a commit stands, by the trailer `Seq:` of its message. An older one is never applied after a newer one; one
 * without a number, or another with the number of the applied, is not of the history we follow.
 */
export function orderOf(id: string, message: string, applied: StateSourceStatus["applied"]): Order {
  const trailer = /(?:^|\n)Seq: (\d{1,15})\s*$/.exec(message)?.[1];
  if (trailer === undefined) return { k: "rewritten" };
  const sequence = Number(trailer);
  const last = applied?.sequence ?? -1;
  if (sequence < last) return { k: "older" };
  if (sequence === last && applied?.commit !== id) return { k: "rewritten" };
  return { k: "next", point: { commit: id, sequence } };
}
