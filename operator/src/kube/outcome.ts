import type { Reason } from "@skypanel/crds/reasons.ts";
import type { Millis } from "@skypanel/crds/time.ts";

/**
 * How a reconcile ends; the only way a kind speaks about "later". done: it is as asked. wait: something else must
 * happen first, which will wake us. retry: it failed and may work next time. stop: a person must change something.
 */
export type Outcome =
  | { readonly k: "done" }
  | { readonly k: "wait"; readonly afterMs?: Millis; readonly reason: Reason }
  | { readonly k: "retry"; readonly reason: Reason; readonly error: Error }
  | { readonly k: "stop"; readonly reason: Reason };

/** Why a world has no desired children: any outcome but done. Nothing is applied and nothing is pruned. */
export type Problem = Exclude<Outcome, { k: "done" }>;
