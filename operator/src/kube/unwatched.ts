import type { AppliedChild, Child } from "./controller.ts";
import { create } from "./create.ts";
import { type Dressed, dressed } from "./dress.ts";
import { appliedAnnotation, isChildOf, recordOf, spotOf, withRecord } from "./inventory.ts";
import type { JsonObject, Live } from "./kube.ts";
import { outline } from "./outline.ts";
import { nameTaken } from "./problems.ts";
import type { Run } from "./run.ts";

/**
 * Records in the owner's status, by one write for all, the unwatched children it has no record of: before they are
 * created, for no label could be searched after a crash.
 */
export async function recordNew(run: Run, children: readonly Child[]): Promise<void> {
  const { inventory, owner, store } = run;
  const before = inventory.entries();
  for (const child of children) {
    const spot = spotOf(owner, child.resource.kind, child.manifest.metadata);
    if (child.keep === true || store.isWatched(child.resource) || recordOf(before, spot) !== undefined) continue;
    inventory.set(withRecord(inventory.entries(), { ...spot, hash: dressed(child, owner).hash }));
  }
  if (inventory.entries() !== before) await inventory.save();
}

/**
 * Makes a child that is not watched (Secrets, ConfigMaps) as desired. What it holds is never read back.
 */
export async function applyUnwatched(run: Run, child: Child, dress: Dressed): Promise<AppliedChild> {
  const spot = spotOf(run.owner, child.resource.kind, child.manifest.metadata);
  const known = recordOf(run.inventory.entries(), spot);
  const isKnown = known?.uid !== undefined && known.hash === dress.hash;
  if (isKnown && !run.isThorough) return { child, live: undefined, result: "unchanged" };
  const live = await outline(run, dress.ref);
  const applied = await settle(run, child, dress, live);
  if (applied.result === "failed") return applied; // the name may be somebody else's
  const { uid, resourceVersion: version } = applied.live?.metadata ?? {};
  if (uid !== undefined && version !== undefined) {
    run.inventory.set(withRecord(run.inventory.entries(), { ...spot, uid, version, hash: dress.hash }));
  }
  return applied;
}

async function settle(run: Run, child: Child, dress: Dressed, live: Live | undefined): Promise<AppliedChild> {
  if (live === undefined) return create(run, child, dress);
  if (!isChildOf(live, run.owner.metadata.uid ?? ""))
    return { child, live, result: "failed", problem: nameTaken(child) };
  if (live.metadata.annotations?.[appliedAnnotation] === dress.hash) return { child, live, result: "unchanged" };
  const { uid, resourceVersion } = live.metadata;
  const body: JsonObject = { ...dress.body, metadata: { ...dress.body.metadata, uid, resourceVersion } };
  const { object } = await run.kube.apply(dress.ref, body, {
    manager: "skypanel-operator",
    force: true,
    signal: run.signal,
  });
  return { child, live: object, result: "updated" };
}
