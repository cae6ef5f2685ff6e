import { reason } from "@skypanel/crds/reasons.ts";
import type { Millis } from "@skypanel/crds/time.ts";
import type { Clock } from "@skypanel/runtime/clock.ts";
import type { Child } from "./controller.ts";
import { isChildOf, keepUntilLabel, spotOf, withoutRecord } from "./inventory.ts";
import { isKubeError, type Live } from "./kube.ts";
import type { KubeMetrics } from "./metrics.ts";
import type { Problem } from "./outcome.ts";
import { outline } from "./outline.ts";
import { apiVersionOf, type ChildKind, configMaps, secrets } from "./resources.ts";
import type { Run } from "./run.ts";
import { keyOf } from "./table.ts";

/** Holds back mass removal, whatever its cause: all owners of a cluster share one. */
export interface Brake {
  /** True if one more child may be removed now. */
  admit(): boolean;
}

const perMinute = 120;
const minuteMs: Millis = 60_000;
const againMs: Millis = 60_000;

/** At most 120 removals a minute. */
export function createBrake(clock: Clock, metrics: KubeMetrics): Brake {
  let removals: Millis[] = [];
  return {
    admit: () => {
      const now = clock.monotonic();
      removals = removals.filter((at) => now - at < minuteMs);
      const isFree = removals.length < perMinute;
      metrics.pruneHeld.set(isFree ? 0 : 1);
      if (isFree) removals.push(now);
      return isFree;
    },
  };
}

interface Surplus {
  readonly resource: ChildKind;
  readonly live: Live;
}

/**
 * Removes the owner's children that are no longer desired, last rank first. Call it only after every apply succeeded.
 * Nothing desired at all is taken for a fault of ours, and removes nothing.
 */
export async function prune(run: Run, desired: readonly Child[], brake: Brake): Promise<Problem | undefined> {
  const surplus = [...watchedSurplus(run, desired), ...(await unwatchedSurplus(run, desired))];
  if (surplus.length === 0) return undefined;
  if (desired.length === 0) {
    const error = new Error("no child is desired of an owner that has some");
    return { k: "retry", reason: reason("RenderEmpty", { id: run.id }), error };
  }
  surplus.sort((a, b) => b.resource.rank - a.resource.rank);
  for (const [done, { resource, live }] of surplus.entries()) {
    if (!brake.admit()) {
      return { k: "wait", afterMs: againMs, reason: reason("PruneHeld", { n: surplus.length - done }) };
    }
    await remove(run, resource, live);
  }
  return undefined;
}

function watchedSurplus(run: Run, desired: readonly Child[]): readonly Surplus[] {
  const uid = run.owner.metadata.uid ?? "";
  const surplus: Surplus[] = [];
  for (const { resource, byIndex } of run.store.tables()) {
    for (const live of byIndex("owner", uid)) {
      if (isRemovable(live, uid) && !isDesired(desired, resource, live)) surplus.push({ resource, live });
    }
  }
  return surplus;
}

function isRemovable(live: Live, ownerUid: string): boolean {
  const { deletionTimestamp, labels } = live.metadata;
  return isChildOf(live, ownerUid) && deletionTimestamp === undefined && labels?.[keepUntilLabel] === undefined;
}

function isDesired(desired: readonly Child[], resource: ChildKind, live: Live): boolean {
  return desired.some(
    ({ resource: other, manifest }) =>
      other.kind === resource.kind &&
      apiVersionOf(other) === apiVersionOf(resource) &&
      keyOf({ ...live, metadata: manifest.metadata }) === keyOf(live),
  );
}

const unwatched: Readonly<Record<string, ChildKind>> = { Secret: secrets, ConfigMap: configMaps };

async function unwatchedSurplus(run: Run, desired: readonly Child[]): Promise<readonly Surplus[]> {
  const surplus: Surplus[] = [];
  const { owner } = run;
  const { uid = "" } = owner.metadata;
  const wanted = desired.map(({ resource, manifest }) => spotOf(owner, resource.kind, manifest.metadata));
  const surplusEntries = wanted.reduce(withoutRecord, run.inventory.entries());
  for (const entry of surplusEntries) {
    const resource = unwatched[entry.kind];
    if (resource === undefined) continue;
    const { namespace = owner.metadata.namespace } = entry;
    const live = await outline(run, { resource, name: entry.name, ...(namespace === undefined ? {} : { namespace }) });
    if (live !== undefined && isRemovable(live, uid)) surplus.push({ resource, live });
    else run.inventory.set(withoutRecord(run.inventory.entries(), entry)); // gone, or never ours
  }
  return surplus;
}

async function remove(run: Run, resource: ChildKind, live: Live): Promise<void> {
  const { name, namespace, uid = "", resourceVersion = "" } = live.metadata;
  const ref = { resource, name, ...(namespace === undefined ? {} : { namespace }) };
  try {
    await run.kube.delete(ref, { uid, resourceVersion, signal: run.signal });
  } catch (error) {
    if (!isKubeError(error, "notFound")) throw error; // gone already is what we wanted
  }
  run.metrics.applies.inc({ kind: resource.kind, result: "pruned" });
  run.guard.deleted(run.guardKey, ref, uid);
  if (run.store.isWatched(resource)) return;
  const isGone = (await outline(run, ref)) === undefined;
  const spot = spotOf(run.owner, resource.kind, live.metadata);
  if (isGone) run.inventory.set(withoutRecord(run.inventory.entries(), spot));
}
