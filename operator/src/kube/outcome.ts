import { type Reason, reason } from "@skypanel/crds/reasons.ts";
import type { Millis } from "@skypanel/crds/time.ts";
import type { ErrorKind } from "./kube.ts";

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

/** What is known of a failed run. `kind` is absent for anything that is not the API's answer. */
export interface Failure {
  readonly error: Error;
  readonly kind?: ErrorKind;
  readonly verb: string;
  readonly resource: string;
  /** Of the object that was written; "" for cluster-scoped ones. */
  readonly namespace: string;
  /** The reconcile's id: what a person reports for a fault of ours. */
  readonly id: string;
}

const quotaAgainMs = 30_000;
const missingAgainMs = 30_000;

/** Kinds of failure that say nothing about the object, only about the API. */
const apiFaults: ReadonlySet<ErrorKind> = new Set([
  "tooMany",
  "unavailable",
  "timeout",
  "network",
  "unauthorized",
  "protocol",
  "fenced",
]);

/** True if the API, not the object, is at fault: such a failure is backed off for less long and not shown at once. */
export function isApiFault(kind: ErrorKind | undefined): boolean {
  return kind !== undefined && apiFaults.has(kind);
}

/** True if the copy decided on was old: no failure, the run is repeated once the cache is past it. */
export function isStale(kind: ErrorKind | undefined): boolean {
  return kind === "conflict" || kind === "gone";
}

/** The outcome a failed run has; the table of the operator's documentation, and the only place that holds it. */
export function outcomeOf(failure: Failure): Problem {
  const { error, kind, verb, resource, namespace, id } = failure;
  if (kind === undefined) return { k: "retry", reason: reason("InternalError", { id }), error };
  if (isApiFault(kind)) return { k: "retry", reason: reason("ApiUnavailable", {}), error };
  switch (kind) {
    case "invalid":
      return { k: "stop", reason: invalid(error.message) };
    case "forbidden": {
      const refusal = /denied (?:the )?request: ([\s\S]+)$/.exec(error.message)?.[1];
      if (refusal !== undefined)
        return { k: "stop", reason: reason("SpecInvalid", { field: "spec", problem: refusal }) };
      return { k: "retry", reason: reason("PermissionMissing", denied(error.message) ?? { verb, resource }), error };
    }
    case "quota": {
      const used = /requested: ([^=\s]{1,63})=/.exec(error.message)?.[1] ?? resource;
      return { k: "wait", afterMs: quotaAgainMs, reason: reason("QuotaExceeded", { resource: used }) };
    }
    default:
      // Terminating or missing: either way a namespace that takes new objects is awaited.
      return { k: "wait", afterMs: missingAgainMs, reason: reason("DependencyNotReady", missing(namespace, resource)) };
  }
}

/** What the API itself says was denied: `… cannot get resource "secrets" in API group "" …`. */
function denied(message: string): { verb: string; resource: string } | undefined {
  const [, verb, resource] = /cannot (\w{1,20}) resource "([\w./-]{1,63})"/.exec(message) ?? [];
  return verb === undefined || resource === undefined ? undefined : { verb, resource };
}

function missing(namespace: string, resource: string): { kind: string; name: string } {
  return namespace === "" ? { kind: "resource", name: resource } : { kind: "namespace", name: namespace };
}

/** `Deployment.apps "x" is invalid: spec.selector: Invalid value: …: field is immutable`, without the value. */
function invalid(message: string): Reason {
  const [, field = "spec", rest = message] = /is invalid: \[?([\w.[\]"/-]{1,120}): ([\s\S]*)$/.exec(message) ?? [];
  const problem = rest.slice(rest.lastIndexOf(": ") + 1).trim();
  if (/immutable|may not change|cannot be changed/i.test(rest)) return reason("ImmutableField", { field });
  return reason("SpecInvalid", { field, problem });
}
