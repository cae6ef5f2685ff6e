import type { Kind } from "@skypanel/crds/meta.ts";
import { type Reason, reason } from "@skypanel/crds/reasons.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { applyChildren, Stale } from "./apply.ts";
import type { Applied, Child, Key, KindController, ObjectOf, Reader } from "./controller.ts";
import type { Events } from "./events.ts";
import { addFinalizer, hasFinalizer, removeFinalizer } from "./finalizer.ts";
import { pausedAnnotation, type Recorded } from "./inventory.ts";
import { isKubeError, type JsonObject, type Kube, type Ref } from "./kube.ts";
import { isApiFault, isStale, type Outcome, outcomeOf, type Problem } from "./outcome.ts";
import { type Brake, prune } from "./prune.ts";
import { resourceOf } from "./resources.ts";
import type { Inventory, Run, Tools } from "./run.ts";
import { type Findings, isSameStatus, type Owner, statusOf } from "./status.ts";

/** How a run ended. `again`: the copy decided on was old, so it says nothing and is repeated at once. */
export type Ended =
  | { readonly outcome: Outcome; readonly failed?: "api" | "object" }
  | { readonly outcome: "again" | "gone" };

export interface Attempt {
  readonly key: Key;
  readonly kube: Kube;
  readonly log: Log;
  readonly id: string;
  readonly signal: AbortSignal;
  readonly isThorough: boolean;
  /** Failures in a row before this run, and for how long: the API's own faults are shown only after a minute. */
  readonly failures: number;
  readonly failingMs: number;
}

/** Whose an object is: of a tenant here, of no tenant at all, or of another operator, which alone may touch it. */
export type Scope = (object: Owner, reader: Reader) => "managed" | "unmanaged" | "elsewhere";

export interface EngineTools extends Tools {
  readonly events: Events;
  readonly brake: Brake;
  readonly scope: Scope;
}

/** Runs one object of a kind once. Rejects only with the abort of its signal. */
export type Engine = (attempt: Attempt) => Promise<Ended>;

/** Any kind's controller, its world unseen. */
export type AnyController = KindController<Kind, unknown>;
type Said = NonNullable<Findings["said"]>;
interface Found {
  readonly said?: Said;
  readonly outcome: Outcome;
  readonly isGenerationSettled: boolean;
}

const shownAfterMs = 60_000;

/** The etiquette of every kind, in its one order: load, managed, deleting, valid, gather, desired, apply, prune, status. */
export function createEngine(controller: AnyController, tools: EngineTools): Engine {
  const resource = resourceOf(controller.kind);
  const table = tools.store.table(resource);
  return async (attempt) => {
    const owner = table.get(attempt.key) as Owner | undefined; // the table of this kind
    if (owner === undefined) return { outcome: "gone" };
    const { name, namespace } = owner.metadata;
    const ref: Ref = { resource, name, ...(namespace === undefined ? {} : { namespace }) };
    const guardKey = `${controller.kind.kind}/${attempt.key}`;
    const inventory = inventoryOf(owner, async (entries) => {
      await writeStatus(run, ref, { ...(owner.status as JsonObject), inventory: entries as (Recorded & JsonObject)[] }); // plain JSON
    });
    const run: Run = { ...tools, ...attempt, owner: { ...owner }, guardKey, inventory };
    try {
      const found = await look(controller, tools, run, ref);
      if (found === "again" || found === "gone") return { outcome: found };
      return await conclude(tools, run, ref, attempt, found);
    } catch (error) {
      return fail(tools, run, ref, attempt, error);
    }
  };
}

/** Everything but status. */
async function look(
  controller: AnyController,
  tools: EngineTools,
  run: Run,
  ref: Ref,
): Promise<Found | "again" | "gone"> {
  const owner = run.owner as Owner; // made from one
  const scope = tools.scope(owner, run.store.reader);
  if (scope === "elsewhere") return "gone";
  if (owner.metadata.deletionTimestamp !== undefined) return leave(controller, run, ref, owner);
  if (scope === "unmanaged") return refused(reason("NamespaceNotManaged", {}));
  const spec = controller.kind.spec.safeParse(owner.spec ?? {});
  if (!spec.success) {
    const [issue] = spec.error.issues;
    const field = ["spec", ...(issue?.path ?? [])].join(".");
    return refused(reason("SpecInvalid", { field, problem: issue?.message ?? "invalid" }));
  }
  const isPaused = owner.metadata.annotations?.[pausedAnnotation] !== undefined;
  if (controller.cleanup !== undefined && !hasFinalizer(owner) && !isPaused) {
    const { object } = await addFinalizer(run.kube, ref, owner, run.signal);
    run.guard.wrote(run.guardKey, { ...ref, resource: resourceOf(controller.kind) }, object);
    return "again";
  }
  // safeParse of this kind's own schema has just proven the spec
  const object = { ...owner, spec: spec.data } as ObjectOf<Kind>;
  const world = await controller.gather(object, run.store.reader, run.signal);
  const applied = isPaused
    ? observed(controller.desired(world), run)
    : await carryOut(run, controller.desired(world), tools.brake);
  const verdict = controller.status(world, applied, run.clock.now());
  const problem = applied.problem ?? applied.children.find((child) => child.problem !== undefined)?.problem;
  const paused: Outcome = { k: "stop", reason: reason("Paused", { who: "An engineer" }) };
  return {
    said: verdict,
    outcome: isPaused ? paused : (problem ?? verdict.outcome),
    isGenerationSettled: !isPaused && (problem === undefined || problem.k === "stop"),
  };
}

function refused(why: Reason): Found {
  return { outcome: { k: "stop", reason: why }, isGenerationSettled: true };
}

async function carryOut(run: Run, desired: readonly Child[] | Problem, brake: Brake): Promise<Applied> {
  if (!isChildren(desired)) return { children: [], problem: desired, paused: false };
  const children = await applyChildren(run, desired);
  if (children.some(({ problem }) => problem !== undefined)) return { children, paused: false };
  const held = await prune(run, desired, brake);
  return { children, paused: false, ...(held === undefined ? {} : { problem: held }) };
}

/** What is there of the desired, without touching it. */
function observed(desired: readonly Child[] | Problem, run: Run): Applied {
  if (!isChildren(desired)) return { children: [], problem: desired, paused: true };
  const children = desired.map((child) => {
    const { name, namespace } = child.manifest.metadata;
    const place = namespace === undefined ? { name } : { name, namespace };
    const live = run.store.reader.get({ resource: child.resource, ...place });
    return { child, live, result: "unchanged" as const };
  });
  return { children, paused: true };
}

function isChildren(desired: readonly Child[] | Problem): desired is readonly Child[] {
  return Array.isArray(desired);
}

async function leave(controller: AnyController, run: Run, ref: Ref, owner: Owner): Promise<Found | "gone"> {
  if (!hasFinalizer(owner)) return "gone"; // the cluster collects the children
  const object = owner as ObjectOf<Kind>; // cleanup must do with a spec of any age
  const outcome = (await controller.cleanup?.(object, run.store.reader, run.signal)) ?? { k: "done" };
  if (outcome.k !== "done") return { outcome, isGenerationSettled: false };
  await removeFinalizer(run.kube, ref, owner, run.signal);
  return "gone";
}

async function conclude(tools: EngineTools, run: Run, ref: Ref, attempt: Attempt, found: Found): Promise<Ended> {
  const owner = run.owner as Owner; // made from one
  const isRetry = found.outcome.k === "retry";
  const failures = isRetry ? attempt.failures + 1 : 0;
  const findings: Findings = { ...found, inventory: run.inventory.entries(), failures };
  const status = statusOf(owner, findings, run.clock.now());
  if (!isSameStatus(owner.status, status)) {
    await writeStatus(run, ref, status);
    tell(tools.events, owner, status, found.outcome);
  }
  return isRetry ? { outcome: found.outcome, failed: "object" } : { outcome: found.outcome };
}

async function fail(tools: EngineTools, run: Run, ref: Ref, attempt: Attempt, error: unknown): Promise<Ended> {
  if (error instanceof Stale) return { outcome: "again" };
  const kind = isKubeError(error) ? error.kind : undefined;
  if (isStale(kind)) return { outcome: "again" };
  const cause = error instanceof Error ? error : new Error("not an error was thrown", { cause: error });
  const place = { verb: "patch", resource: ref.resource.plural, namespace: ref.namespace ?? "" };
  const isLate = run.signal.aborted && kind === undefined; // the deadline: the API was slow
  const outcome = outcomeOf({
    error: cause,
    ...place,
    id: attempt.id,
    ...(isLate ? { kind: "timeout" as const } : kind === undefined ? {} : { kind }),
  });
  run.log.error({ err: cause, outcome: outcome.k }, "reconcile failed");
  if (isApiFault(kind) || isLate) {
    if (attempt.failingMs < shownAfterMs || run.signal.aborted) return { outcome, failed: "api" };
  }
  try {
    await conclude(tools, run, ref, attempt, { outcome, isGenerationSettled: outcome.k === "stop" });
  } catch (again) {
    run.log.warn({ err: again }, "the failure could not be shown in status"); // the next try will
  }
  return { outcome, failed: isApiFault(kind) || isLate ? "api" : "object" };
}

async function writeStatus(run: Run, ref: Ref, status: JsonObject): Promise<void> {
  const { name, namespace, uid, resourceVersion } = run.owner.metadata;
  const metadata = { name, uid, resourceVersion, ...(namespace === undefined ? {} : { namespace }) };
  const options = { manager: "skypanel-operator", force: true, status: true, signal: run.signal } as const;
  const { object } = await run.kube.apply(ref, { metadata, status }, options);
  // The next write of this run is decided on what this one made.
  Object.assign(run.owner, { metadata: { ...run.owner.metadata, resourceVersion: object.metadata.resourceVersion } });
  const table = run.store.table({ ...ref.resource, rank: 0, lists: {}, foreign: "whole" });
  run.guard.wrote(run.guardKey, { ...ref, resource: table.resource }, object);
}

function inventoryOf(owner: Owner, write: (entries: readonly Recorded[]) => Promise<void>): Inventory {
  let entries = owner.status?.inventory ?? [];
  return {
    entries: () => entries,
    set: (next) => {
      entries = next;
    },
    save: () => write(entries),
  };
}

/** An event where a person would ask "what happened": Ready changed, or there is another reason for not being done. */
function tell(events: Events, owner: Owner, status: JsonObject, outcome: Outcome): void {
  const before = owner.status?.conditions ?? [];
  const after = (status as Owner["status"])?.conditions ?? []; // made by statusOf
  for (const type of outcome.k === "done" ? (["Ready"] as const) : (["Reconciling"] as const)) {
    const [old, now] = [before, after].map((all) => all.find((condition) => condition.type === type));
    if (now === undefined || (old?.status === now.status && old.reason === now.reason)) continue;
    const isBad = outcome.k === "stop" || outcome.k === "retry" || (now.status === "False" && type === "Ready");
    events.record(owner, { type: isBad ? "Warning" : "Normal", reason: now.reason, message: now.message });
  }
}
