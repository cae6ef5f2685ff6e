import { limits } from "@skypanel/crds/limits.ts";
import type { Condition } from "@skypanel/crds/meta.ts";
import { type Reason, reason } from "@skypanel/crds/reasons.ts";
import { type Millis, toRfc3339 } from "@skypanel/crds/time.ts";
import type { Ready } from "./controller.ts";
import type { Outcome } from "./outcome.ts";

const asAsked = reason("Completed", {});

/** The reason an outcome gives; one that is done gives `Completed`. */
export function reasonOf(outcome: Outcome): Reason {
  return outcome.k === "done" ? asAsked : outcome.reason;
}

/** `text` for one line on any screen: at most `length` characters, and none that is not printed. */
export function printable(text: string, length: number = limits.kube.messageLength): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .slice(0, length)
    .toWellFormed();
}

/** What the Ready condition says; a kind gives a `Ready`, a run that failed keeps the old word. */
type ReadyWord = Pick<Condition, "status" | "reason" | "message">;

/** The word of a kind. */
export function readyWord({ status, reason: { name, message } }: Ready): ReadyWord {
  return { status, reason: name, message };
}

/** What was last said of Ready, or Unknown for the given reason. */
export function lastReady(before: readonly Condition[], otherwise: Reason): ReadyWord {
  const { name, message } = otherwise;
  return before.find(({ type }) => type === "Ready") ?? { status: "Unknown", reason: name, message };
}

/**
 * All three conditions, sorted. Ready is the kind's word; Reconciling (asked is not yet so) and Stalled (a person
 * must act) follow from the outcome. `lastTransitionTime` moves only when a condition's value does.
 */
export function conditions(
  before: readonly Condition[],
  ready: ReadyWord,
  outcome: Outcome,
  generation: number,
  now: Millis,
): readonly Condition[] {
  const why = reasonOf(outcome);
  const isReconciling = outcome.k === "wait" || outcome.k === "retry";
  const make = (type: Condition["type"], { status, reason: name, message }: ReadyWord): Condition => {
    const old = before.find((condition) => condition.type === type);
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : toRfc3339(now);
    const line = printable(message);
    return { type, status, reason: name, message: line, observedGeneration: generation, lastTransitionTime };
  };
  return [
    make("Ready", ready),
    make("Reconciling", readyWord({ status: isReconciling ? "True" : "False", reason: why })),
    make("Stalled", readyWord({ status: outcome.k === "stop" ? "True" : "False", reason: why })),
  ];
}
