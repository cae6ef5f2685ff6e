import type { StateSource, StateSourceStatus, stateSource } from "@skypanel/crds/kinds/state-source.ts";
import { limits } from "@skypanel/crds/limits.ts";
import { type Reason, reason } from "@skypanel/crds/reasons.ts";
import { type Millis, toRfc3339 } from "@skypanel/crds/time.ts";
import type { Verdict } from "../kube/controller.ts";
import type { Outcome } from "../kube/outcome.ts";
import type { Removals } from "./brake.ts";
import type { Point } from "./sequence.ts";
import type { FileProblem } from "./tree.ts";

/** How a look at the source ended. */
export type Look =
  | { readonly k: "suspended" | "paused" | "older" | "rewritten" }
  | { readonly k: "invalid"; readonly field: string; readonly problem: string }
  | { readonly k: "unreachable"; readonly why: string }
  | { readonly k: "failed"; readonly error: Error; readonly reason: Reason }
  /** Confirmed removals are about to begin: whoever goes on after a crash must know. */
  | { readonly k: "releasing"; readonly point: Point; readonly removals: Removals }
  | {
      readonly k: "applied";
      readonly point: Point;
      readonly counts: NonNullable<StateSourceStatus["counts"]>;
      readonly broken: readonly FileProblem[];
      readonly later: number;
      readonly isWhole: boolean;
      /** Removals that wait. */
      readonly held: Removals | undefined;
    };

type SourceVerdict = Verdict<typeof stateSource>;
type Shown = Partial<Pick<StateSourceStatus, "fetched" | "applied" | "counts" | "problems" | "heldPrune">>;

const shownPaths = 20;
const messageBytes = 400;

/** What is so of the source after a look. What a look did not learn stays as it was said last. */
export function status({ status: before }: StateSource, look: Look, now: Millis): SourceVerdict {
  const last: Shown = lastShown(before);
  switch (look.k) {
    case "suspended":
      return stopped("Suspended", last, reason("Stopped", { who: "spec.suspended" }));
    case "paused":
      return stopped("Suspended", last, reason("Paused", { who: "An engineer" }));
    case "invalid":
      return stopped("Failed", last, reason("SpecInvalid", { field: look.field, problem: look.problem }));
    case "rewritten":
      return stopped("Failed", last, reason("HistoryRewritten", {}));
    case "older":
      return verdict("Behind", last, reason("Running", {}), { k: "done" });
    case "unreachable":
      return waiting("Failed", last, reason("SourceUnreachable", { why: look.why }));
    case "failed":
      return verdict("Failed", last, look.reason, { k: "retry", reason: look.reason, error: look.error });
    case "releasing": {
      const shown = { ...last, heldPrune: { ...heldPrune(look.removals), begun: look.point.commit } };
      return waiting("Behind", shown, reason("RollingOut", { time: sinceWhen(before, now) }));
    }
    case "applied":
      return applied(last, look, sinceWhen(before, now));
  }
}

function applied(last: Shown, look: Look & { k: "applied" }, since: string): SourceVerdict {
  const { point, counts, broken, later, held, isWhole } = look;
  const isComplete = isWhole && later === 0 && broken.length === 0 && held === undefined;
  const shown: Shown = {
    fetched: point,
    ...(isComplete ? { applied: point } : last.applied === undefined ? {} : { applied: last.applied }),
    counts,
    ...(broken.length === 0 ? {} : { problems: broken.slice(0, limits.desired.brokenFilesShown).map(shortened) }),
    ...(held === undefined ? {} : { heldPrune: heldPrune(held) }),
  };
  const first = broken.find(({ isElsewhere }) => !isElsewhere);
  if (first !== undefined) {
    const where = { file: first.path, line: first.line ?? 1, problem: first.message };
    return waiting("Failed", shown, reason("SourceInvalid", where));
  }
  if (broken.length > 0) return stopped("Failed", shown, reason("ManagedElsewhere", {}));
  if (held !== undefined) return stopped("Held", shown, reason("PruneHeld", { n: held.paths.length }));
  if (isComplete) return verdict("Current", shown, reason("Running", {}), { k: "done" });
  return waiting("Behind", shown, reason("RollingOut", { time: since }));
}

/** Since when it is behind: the condition's own moment, so that looking again changes nothing. */
function sinceWhen(before: StateSourceStatus | undefined, now: Millis): string {
  const found = before?.conditions?.find(({ type, status: value }) => type === "Reconciling" && value === "True");
  return found?.lastTransitionTime ?? toRfc3339(now);
}

function stopped(phase: SourceVerdict["status"]["phase"], shown: Shown, why: Reason): SourceVerdict {
  return verdict(phase, shown, why, { k: "stop", reason: why });
}

function waiting(phase: SourceVerdict["status"]["phase"], shown: Shown, why: Reason): SourceVerdict {
  return verdict(phase, shown, why, { k: "wait", reason: why });
}

function verdict(phase: SourceVerdict["status"]["phase"], shown: Shown, why: Reason, outcome: Outcome): SourceVerdict {
  const isReady = outcome.k === "done";
  return {
    status: { ...shown, ...(phase === undefined ? {} : { phase }) },
    ready: { status: isReady ? "True" : "False", reason: why },
    outcome,
  };
}

function lastShown(before: StateSourceStatus | undefined): Shown {
  const { fetched, applied: done, counts, problems, heldPrune: held } = before ?? {};
  return {
    ...(fetched === undefined ? {} : { fetched }),
    ...(done === undefined ? {} : { applied: done }),
    ...(counts === undefined ? {} : { counts }),
    ...(problems === undefined ? {} : { problems }),
    ...(held === undefined ? {} : { heldPrune: held }),
  };
}

function heldPrune({ id, paths }: Removals): NonNullable<Shown["heldPrune"]> {
  return { id, count: paths.length, paths: paths.slice(0, shownPaths) };
}

function shortened({ path, line, message }: FileProblem): FileProblem {
  return { path, ...(line === undefined ? {} : { line }), message: cut(message) };
}

/** As much of a message as twenty of them leave room for, in bytes; never half a character. */
function cut(message: string): string {
  const bytes = new TextEncoder().encode(message.slice(0, messageBytes));
  return new TextDecoder().decode(bytes.subarray(0, messageBytes)).replace(/\ufffd$/, "");
}
