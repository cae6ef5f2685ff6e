import type { StateSource, StateSourceSpec, StateSourceStatus } from "@skypanel/crds/kinds/state-source.ts";
import type { Clock } from "@skypanel/runtime/clock.ts";
import type { Reader } from "../kube/controller.ts";
import { pausedAnnotation } from "../kube/inventory.ts";
import type { Kube, Live } from "../kube/kube.ts";
import { resourceOf } from "../kube/resources.ts";
import { type Release, release } from "./brake.ts";
import { applyAll, type Done, removeAll } from "./carry-out-controller.ts";
import { GitFailed } from "./git.ts";
import type { Remote } from "./git-environment.ts";
import { stateKinds } from "./place.ts";
import { type Plan, plan } from "./plan.ts";
import type { Commit, Repository } from "./repository-git.ts";
import { orderOf, type Point } from "./sequence.ts";
import type { Look } from "./status.ts";
import type { ReadTree, TreeReader } from "./tree-gather.ts";

interface Measure {
  set(value: number): void;
}

/** What is measured of looks: seconds of a fetch, seconds behind, the applied number, commits ignored, broken files, held removals. */
export interface StateMetrics {
  readonly fetchSeconds: { observe(seconds: number): void };
  readonly lag: Measure;
  readonly sequence: Measure;
  readonly older: { inc(): void };
  readonly broken: Measure;
  readonly held: Measure;
}

/** What one look at the source works with. */
export interface LookTools {
  readonly kube: Kube;
  readonly reader: Pick<Reader, "list">;
  readonly repository: Repository;
  readonly trees: TreeReader;
  /** This cluster's repository at the control plane; undefined while there is none, or we are not registered. */
  readonly remote: () => Promise<Omit<Remote, "branch"> | undefined>;
  readonly clock: Clock;
  readonly metrics: StateMetrics;
}

/** What a look says before it ends: removals that were confirmed are about to begin. */
export type Announce = (look: Look & { k: "releasing" }) => Promise<void>;

/**
 * One look: fetch, read, plan, apply, prune. A source that cannot be fetched or read changes nothing. Throws what the
 * cluster's API throws.
 */
export async function look(
  tools: LookTools,
  source: StateSource,
  announce: Announce,
  signal: AbortSignal,
): Promise<Look> {
  if (source.metadata.annotations?.[pausedAnnotation] !== undefined) return { k: "paused" };
  if (source.spec.suspended) return { k: "suspended" };
  try {
    const commit = await fetched(tools, source, signal);
    const order = orderOf(commit.id, commit.message, source.status?.fetched);
    if (order.k !== "next") return order;
    const tree = await tools.trees.read(commit.id, signal);
    return await carriedOut(tools, source, order.point, tree, announce, signal);
  } catch (error) {
    if (error instanceof GitFailed) return { k: "unreachable", why: error.message };
    throw error;
  }
}

async function fetched(tools: LookTools, { spec }: StateSource, signal: AbortSignal): Promise<Commit> {
  // A credential is for the control plane alone: a repository somewhere else is read without.
  const remote = spec.url === undefined ? await tools.remote() : { url: spec.url };
  if (remote === undefined) throw new GitFailed("this cluster is not registered yet");
  const began = tools.clock.monotonic();
  const commit = await tools.repository.fetch({ ...remote, branch: spec.branch }, signal);
  tools.metrics.fetchSeconds.observe((tools.clock.monotonic() - began) / 1000);
  return commit;
}

async function carriedOut(
  { kube, reader }: LookTools,
  { spec, status }: StateSource,
  point: Point,
  tree: ReadTree,
  announce: Announce,
  signal: AbortSignal,
): Promise<Look> {
  const known = stateKinds.flatMap((kind) => reader.list<Live>(resourceOf(kind)));
  const planned = plan(tree, known);
  const done = await applyAll(kube, planned.apply, signal);
  const broken = [...planned.broken, ...done.broken];
  const release = isClean(planned, done) ? released(planned, spec, status, point) : undefined;
  if (release?.k === "confirmed") await announce({ k: "releasing", point, removals: release.removals });
  const going = release === undefined || release.k === "held" ? [] : planned.remove;
  const later = done.later + (await removeAll(kube, going, signal));
  const counts = {
    files: tree.count,
    objects: planned.unchanged + done.applied,
    broken: broken.length,
    ignored: tree.ignored,
  };
  const held = release?.k === "held" ? release.removals : undefined;
  return { k: "applied", point, counts, broken, later, isWhole: tree.isWhole, held };
}

/** Only a run that knows everything and did everything may remove anything. */
function isClean({ mayPrune }: Plan, { later, broken }: Done): boolean {
  return mayPrune && later === 0 && broken.length === 0;
}

/** What the brake says of a plan's removals. */
function released(
  { apply, unchanged, remove, confirmed }: Plan,
  { prune }: StateSourceSpec,
  status: StateSourceStatus | undefined,
  { commit }: Point,
): Release {
  const paths = remove.map(({ place }) => place.path);
  const begun = status?.heldPrune?.begun === commit ? status.heldPrune.id : undefined;
  const known = unchanged + apply.length + remove.length;
  return release({ paths, known, prune, confirmed, begun });
}
