import type { Condition } from "@skypanel/crds/meta.ts";
import { type Millis, toRfc3339 } from "@skypanel/crds/time.ts";
import { conditions, lastReady, readyWord, reasonOf } from "./conditions.ts";
import type { Ready } from "./controller.ts";
import { canonical } from "./hash.ts";
import { type Recorded, reconcileAtAnnotation, revisionAnnotation } from "./inventory.ts";
import type { Json, JsonObject, Live } from "./kube.ts";
import type { Outcome } from "./outcome.ts";

/** The part of every kind's status that the engine reads back. */
export interface Observed {
  readonly conditions?: readonly Condition[];
  readonly observedGeneration?: number;
  readonly inventory?: readonly Recorded[];
  readonly failures?: number;
  readonly nextAttemptAt?: string;
  readonly lastHandledReconcileAt?: string;
}

/** An object of a kind of ours, as the engine sees it. */
export interface Owner extends Live {
  readonly spec?: unknown;
  readonly status?: Observed & JsonObject;
}

/** What a run found, from which the whole status follows. */
export interface Findings {
  /** What the kind says; absent if the run failed before it was asked: then its old word stands. */
  readonly said?: { readonly status: object; readonly ready: Ready };
  readonly outcome: Outcome;
  readonly inventory: readonly Recorded[];
  /** True once this generation's children were applied, or it was refused for good. */
  readonly isGenerationSettled: boolean;
  /** How often in a row it failed, and when it is tried again. */
  readonly failures?: number;
  readonly nextAttemptAt?: Millis;
}

const shownFromFailure = 7;

/** The whole status after a run: the kind's part, and what is the same for every kind. Pure. */
export function statusOf(owner: Owner, findings: Findings, now: Millis): JsonObject {
  const { said, outcome, inventory, isGenerationSettled, failures = 0, nextAttemptAt } = findings;
  const before = owner.status ?? {};
  const old = before.conditions ?? [];
  const { generation = 0, annotations = {} } = owner.metadata;
  const observedGeneration = isGenerationSettled ? generation : (before.observedGeneration ?? 0);
  const ready = said === undefined ? lastReady(old, reasonOf(outcome)) : readyWord(said.ready);
  const { failures: _, nextAttemptAt: __, inventory: ___, ...kept } = before;
  const isShown = failures >= shownFromFailure && nextAttemptAt !== undefined;
  return {
    ...(said === undefined ? kept : (said.status as JsonObject)), // a kind's status is plain JSON
    observedGeneration,
    observedAt: toRfc3339(now),
    conditions: conditions(old, ready, outcome, observedGeneration, now) as (Condition & JsonObject)[], // plain JSON
    ...(annotations[revisionAnnotation] === undefined ? {} : { revision: annotations[revisionAnnotation] }),
    ...(annotations[reconcileAtAnnotation] === undefined
      ? {}
      : { lastHandledReconcileAt: annotations[reconcileAtAnnotation] }),
    ...(inventory.length === 0 ? {} : { inventory: inventory as (Recorded & JsonObject)[] }), // plain JSON
    ...(isShown ? { failures, nextAttemptAt: toRfc3339(nextAttemptAt) } : {}),
  };
}

/** True if the two say the same; when they were observed is not compared, or time alone would write. */
export function isSameStatus(a: JsonObject | undefined, b: JsonObject): boolean {
  return canonical(timeless(a)) === canonical(timeless(b));
}

function timeless(status: JsonObject = {}): Json {
  const { observedAt: _, ...rest } = status;
  return rest;
}
