import { type ReasonName, reason } from "@skypanel/crds/reasons.ts";
import { type Millis, toRfc3339 } from "@skypanel/crds/time.ts";
import type { Recorded } from "./inventory.ts";
import { isKubeError, type JsonObject } from "./kube.ts";
import { happenings } from "./news.ts";
import { isApiFault, isStale, type Outcome, outcomeOf, type Problem } from "./outcome.ts";
import { outline } from "./outline.ts";
import { type Fault, type Run, Stale } from "./run.ts";
import { type Findings, isSameStatus, type Owner, statusOf } from "./status.ts";

/** How a run ended. `again`: the copy decided on was old, so it says nothing. `gone`: there is nothing to run. */
export type Ended = Outcome | { readonly k: "again" } | { readonly k: "gone" };

/** What a run found, before it is put into words. */
export type Found = Pick<Findings, "said" | "outcome" | "isGenerationSettled">;

const faults: ReadonlySet<string> = new Set(["InternalError", "RenderEmpty"]);
/** How long a failure must last before anybody is told; any other is told at once. */
const toldAfterFailingMs: Partial<Record<ReasonName, Millis>> = {
  ApiUnavailable: 60_000,
  PermissionMissing: 10_000, // the API server learns of a tenant's new RoleBinding by a watch of its own
};
const toldAfterMs = 2_000;

/** Ends a run: one status write if anything but the time is another, and an event for what people would ask about. */
export async function conclude(run: Run, found: Found, fault: Fault = "object"): Promise<Ended> {
  const { owner, clock, events, inventory } = run;
  const failed = found.outcome.k === "retry" ? run.noteFailure(fault) : undefined;
  if (isTooEarlyToTell(run, found.outcome)) return found.outcome;
  const retry = failed && { failures: failed.failures, nextAttemptAt: clock.now() + failed.waitMs };
  const outcome = steady(owner, found.outcome);
  const status = statusOf(owner, { ...found, outcome, inventory: inventory.entries(), ...retry }, clock.now());
  const news = happenings(owner.status, status, outcome);
  if (!isSameStatus(owner.status, status)) await writeStatus(run, status);
  for (const happening of news) events.record(owner, happening);
  return found.outcome;
}

function isTooEarlyToTell({ failingMs }: Run, outcome: Outcome): boolean {
  return outcome.k === "retry" && failingMs < (toldAfterFailingMs[outcome.reason.name] ?? 0);
}

/** A fault of ours keeps the id it was first shown with: another one for each try would write at each try. */
function steady({ status }: Owner, outcome: Outcome): Outcome {
  const shown = status?.conditions?.find(({ type }) => type === "Reconciling");
  if (outcome.k !== "retry" || shown?.reason !== outcome.reason.name || !faults.has(shown.reason)) return outcome;
  return { ...outcome, reason: { ...outcome.reason, message: shown.message } };
}

/** For the pauses of a run: once a new generation takes it more than 2 s, people are told that it is under way. */
export function telling(run: Run): () => Promise<void> {
  const { clock, owner } = run;
  const began = clock.monotonic();
  let isTold = owner.status?.observedGeneration === owner.metadata.generation;
  return async () => {
    if (isTold || clock.monotonic() - began <= toldAfterMs) return;
    isTold = true;
    const outcome: Outcome = { k: "wait", reason: reason("RollingOut", { time: toRfc3339(clock.now()) }) };
    await conclude(run, { outcome, isGenerationSettled: false });
  };
}

/** Ends a run that threw. Rejects never. */
export async function fail(run: Run, error: unknown): Promise<Ended> {
  const kind = isKubeError(error) ? error.kind : undefined;
  if (error instanceof Stale || isStale(kind)) return { k: "again" };
  if (kind === "notFound" && (await isGone(run))) return { k: "gone" };
  const isLate = run.signal.aborted && kind === undefined; // the deadline: the API was slow
  const outcome = translated(run, error, isLate);
  const fault = isApiFault(kind) || isLate ? "api" : "object";
  run.noteFailure(fault);
  const isOurs = fault === "object" && outcome.k === "retry"; // the rest is life in a cluster
  const said = steady(run.owner, outcome);
  const shown = said.k === "retry" ? said.reason.message : undefined;
  run.log[isOurs ? "error" : "warn"]({ err: error, outcome: outcome.k, shown }, "reconcile failed");
  if (run.signal.aborted) return outcome;
  try {
    return await conclude(run, { outcome, isGenerationSettled: outcome.k === "stop" }, fault);
  } catch (again) {
    run.log.warn({ err: again }, "the failure could not be shown in status"); // the next try will
    return outcome;
  }
}

/** True if the owner was deleted while it was run: then no answer about it is a failure. */
async function isGone(run: Run): Promise<boolean> {
  try {
    return (await outline(run, run.ref)) === undefined;
  } catch {
    return false; // not known; the next run will see
  }
}

function translated({ ref, id }: Run, error: unknown, isLate: boolean): Problem {
  const cause = error instanceof Error ? error : new Error("something else than an error was thrown", { cause: error });
  const kind = isLate ? "timeout" : isKubeError(error) ? error.kind : undefined;
  const place = { verb: "patch", resource: ref.resource.plural, namespace: ref.namespace ?? "" };
  return outcomeOf({ error: cause, id, ...place, ...(kind === undefined ? {} : { kind }) });
}

/** Records in the owner's status, ahead of the run's end, which unwatched children there will be. */
export async function saveInventory(run: Run, entries: readonly Recorded[]): Promise<void> {
  const inventory = entries as (Recorded & JsonObject)[]; // plain JSON
  await writeStatus(run, { ...(run.owner.status as JsonObject), inventory });
}

async function writeStatus(run: Run, status: JsonObject): Promise<void> {
  const { owner, ref } = run;
  const { name, namespace, uid, resourceVersion } = owner.metadata;
  const metadata = { name, uid, resourceVersion, ...(namespace === undefined ? {} : { namespace }) };
  const options = { manager: "skypanel-operator", force: true, status: true, signal: run.signal } as const;
  const { object } = await run.kube.apply(ref, { metadata, status }, options);
  // The next write of this run is decided on what this one made, and compared with it.
  Object.assign(owner.metadata, { resourceVersion: object.metadata.resourceVersion });
  Object.assign(owner, { status });
  run.guard.wrote(run.guardKey, ref, object);
}
