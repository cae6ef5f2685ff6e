import type { Kind } from "@skypanel/crds/meta.ts";
import { type Reason, reason } from "@skypanel/crds/reasons.ts";
import { applyChildren } from "./apply.ts";
import { conclude, type Ended, type Found, fail, saveInventory, telling } from "./conclude.ts";
import type { Applied, Child, KindController, ObjectOf, Reader } from "./controller.ts";
import { addFinalizer, hasFinalizer, removeFinalizer } from "./finalizer.ts";
import { guarded } from "./guarded.ts";
import { pausedAnnotation, type Recorded } from "./inventory.ts";

import type { Outcome, Problem } from "./outcome.ts";
import { type Brake, prune } from "./prune.ts";
import { resourceOf } from "./resources.ts";
import type { Attempt, Inventory, Run, Tools } from "./run.ts";
import type { Owner } from "./status.ts";

/** Whose an object is: of a tenant here, of no tenant at all, or of another operator, which alone may touch it. */
export type Scope = (object: Owner, reader: Reader) => "managed" | "unmanaged" | "elsewhere";

export interface EngineTools extends Tools {
  readonly brake: Brake;
  readonly scope: Scope;
}

/** Runs one object of a kind once. Rejects never: a failure is an outcome too. */
export type Engine = (attempt: Attempt) => Promise<Ended>;

/** Any kind's controller, its world unseen. */
export type AnyController = KindController<Kind, unknown>;

const gone = { k: "gone" } as const;
const again = { k: "again" } as const;
const paused: Outcome = { k: "stop", reason: reason("Paused", { who: "An engineer" }) };

/** The etiquette of every kind, in its one order: load, managed, deleting, valid, gather, desired, apply, prune, status. */
export function createEngine(controller: AnyController, tools: EngineTools): Engine {
  const resource = resourceOf(controller.kind);
  const table = tools.store.table(resource);
  const begin = (attempt: Attempt): Run | undefined => {
    const cached = table.get(attempt.key) as Owner | undefined; // the table of this kind
    if (cached === undefined) return undefined;
    const owner = { ...cached, metadata: { ...cached.metadata } }; // the run moves its version, never the cache's
    const { name, namespace } = owner.metadata;
    const ref = { resource, name, ...(namespace === undefined ? {} : { namespace }) };
    const guardKey = `${controller.kind.kind}/${attempt.key}`;
    const kube = guarded(attempt.kube, tools.guard, guardKey);
    const inventory = inventoryOf(owner, (entries) => saveInventory(run, entries));
    const run: Run = { ...tools, ...attempt, kube, resource, ref, owner, guardKey, inventory };
    return run;
  };
  return async (attempt) => {
    let run = begin(attempt);
    if (run === undefined) return gone;
    try {
      // What the watch has not brought in time is read; then the owner may be another, or gone.
      if (await run.guard.catchUp(run.guardKey, attempt.kube, attempt.signal)) run = begin(attempt);
      if (run === undefined) return gone;
      const found = await look(controller, tools, run);
      return "k" in found ? found : await conclude(run, found);
    } catch (error) {
      return run === undefined ? gone : fail(run, error);
    }
  };
}

/** Everything but status. */
async function look(
  controller: AnyController,
  tools: EngineTools,
  run: Run,
): Promise<Found | typeof gone | typeof again> {
  const { owner, ref } = run;
  const scope = tools.scope(owner, run.store.reader);
  if (scope === "elsewhere") return gone;
  if (owner.metadata.deletionTimestamp !== undefined) return leave(controller, run);
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
    run.guard.wrote(run.guardKey, ref, object);
    return again;
  }
  const object = { ...owner, spec: spec.data } as ObjectOf<Kind>; // this kind's own schema has just proven it
  if (isPaused) return watchOnly(controller, run, object, tools.brake);
  return bringAbout(controller, run, object, tools.brake);
}

function refused(why: Reason): Found {
  return { outcome: { k: "stop", reason: why }, isGenerationSettled: true };
}

async function bringAbout(controller: AnyController, run: Run, object: ObjectOf<Kind>, brake: Brake): Promise<Found> {
  const pause = telling(run);
  const world = await controller.gather(object, run.store.reader, run.signal);
  const applied = await carryOut(run, controller.desired(world), brake, pause);
  const said = controller.status(world, applied, run.clock.now());
  const problem = applied.problem ?? applied.children.find((child) => child.problem !== undefined)?.problem;
  const isGenerationSettled = problem === undefined || problem.k === "stop";
  return { said, outcome: problem ?? said.outcome, isGenerationSettled };
}

async function carryOut(
  run: Run,
  desired: readonly Child[] | Problem,
  brake: Brake,
  pause: () => Promise<void>,
): Promise<Applied> {
  if (!isChildren(desired)) return { children: [], problem: desired, paused: false };
  const children = await applyChildren(run, desired, pause);
  if (children.some(({ problem }) => problem !== undefined)) return { children, paused: false };
  const held = await prune(run, desired, brake);
  run.lost.settle(run.owner.metadata.uid ?? "", desired);
  return { children, paused: false, ...(held === undefined ? {} : { problem: held }) };
}

/** What is there of the desired, without touching it: an engineer has a hand on it. Suspension wins over that. */
async function watchOnly(controller: AnyController, run: Run, object: ObjectOf<Kind>, brake: Brake): Promise<Found> {
  const world = await controller.gather(object, run.store.reader, run.signal);
  if (controller.isSuspended?.(world)) return bringAbout(controller, run, object, brake);
  const desired = controller.desired(world);
  const children = (isChildren(desired) ? desired : []).map((child) => {
    const { name, namespace } = child.manifest.metadata;
    const place = namespace === undefined ? { name } : { name, namespace };
    return { child, live: run.store.reader.get({ resource: child.resource, ...place }), result: "unchanged" as const };
  });
  const problem = isChildren(desired) ? {} : { problem: desired };
  const said = controller.status(world, { children, paused: true, ...problem }, run.clock.now());
  return { said, outcome: paused, isGenerationSettled: false };
}

function isChildren(desired: readonly Child[] | Problem): desired is readonly Child[] {
  return Array.isArray(desired);
}

async function leave(controller: AnyController, run: Run): Promise<Found | typeof gone> {
  const { owner, ref } = run;
  if (!hasFinalizer(owner)) return gone; // the cluster collects the children
  const object = owner as ObjectOf<Kind>; // clean-up must do with a spec of any age
  const outcome = (await controller.cleanup?.(object, run.store.reader, run.signal)) ?? { k: "done" };
  if (outcome.k !== "done") return { outcome, isGenerationSettled: false };
  const { object: freed } = await removeFinalizer(run.kube, ref, owner, run.signal);
  run.guard.wrote(run.guardKey, ref, freed);
  return gone;
}

function inventoryOf({ status }: Owner, write: (entries: readonly Recorded[]) => Promise<void>): Inventory {
  let entries = status?.inventory ?? [];
  return {
    entries: () => entries,
    set: (next) => {
      entries = next;
    },
    save: () => write(entries),
  };
}
