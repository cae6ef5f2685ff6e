import type { Condition, Kind, KubeObject } from "@skypanel/crds/meta.ts";
import type { Reason } from "@skypanel/crds/reasons.ts";
import type { Millis } from "@skypanel/crds/time.ts";
import type { JsonObject, Live, Manager, Ref, Resource } from "./kube.ts";
import type { Outcome, Problem } from "./outcome.ts";
import type { ChildKind } from "./resources.ts";

/** The whole object, and the status, of a kind. */
export type ObjectOf<K extends Kind> = K extends Kind<infer Spec, infer Status> ? KubeObject<Spec, Status> : never;
export type StatusOf<K extends Kind> = K extends Kind<infer _Spec, infer Status> ? Status : never;

/** Status fields the engine writes for every kind; a kind's `status` says only the rest. */
export type EngineField =
  | "conditions"
  | "observedGeneration"
  | "observedAt"
  | "revision"
  | "lastHandledReconcileAt"
  | "inventory"
  | "failures"
  | "nextAttemptAt";

/** Whether it serves, whatever version it is: the one condition only the kind can know. */
export interface Ready {
  readonly status: Condition["status"];
  readonly reason: Reason;
}

/** What a kind concludes from its world. */
export interface Verdict<K extends Kind> {
  readonly status: Omit<StatusOf<K>, EngineField>;
  readonly ready: Ready;
  readonly outcome: Outcome;
}

/** What a child should be. A type alias, because interfaces are not assignable to JSON. */
export type Manifest = JsonObject & {
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
};

/**
 * One desired child. The engine adds apiVersion, kind, owner reference, the labels `managed-by` and `owner-uid` and
 * the annotations `applied` and `revision`. Desired holds no null, no empty map and no empty list.
 */
export interface Child {
  readonly resource: ChildKind;
  readonly manifest: Manifest;
  /** What to do when a field that cannot change must: default is to stop with `ImmutableField`. */
  readonly onImmutable?: "recreate" | "stop";
  /** Made by an earlier run and still needed: it is neither applied nor pruned. For what cannot be rendered again. */
  readonly keep?: true;
  /**
   * Fields that others are about to decide, as they are now: applied under their manager's name before ours lets go of
   * them, or the API server would put its defaults there meanwhile.
   */
  readonly handOver?: { readonly manager: Manager; readonly fields: JsonObject };
  /** An object of this name that is not ours may be taken over, for its owner has said so. */
  readonly adopt?: true;
}

/** How one child ended in this run. `live` is what the cluster holds now, as far as we know. */
export interface AppliedChild {
  readonly child: Child;
  readonly live: Live | undefined;
  readonly result: "unchanged" | "created" | "updated" | "failed";
  /** Why it failed. */
  readonly problem?: Problem;
}

/** What the run did before `status` is asked. `problem` is desired's; then nothing was applied. */
export interface Applied {
  readonly children: readonly AppliedChild[];
  readonly problem?: Problem;
  /** True while the object is paused by an engineer: seen, not touched. */
  readonly paused: boolean;
}

/** The reads a kind may make. Everything but `fetch` is from the cache; foreign stubs are not shown. */
export interface Reader {
  get<T extends Live = Live>(ref: Ref): T | undefined;
  list<T extends Live = Live>(resource: Resource): readonly T[];
  byIndex<T extends Live = Live>(resource: Resource, index: string, value: string): readonly T[];
  /** All watched objects of `resource` that belong to the owner, by label or owner reference. */
  ownedBy<T extends Live = Live>(resource: Resource, ownerUid: string): readonly T[];
  /** True if a name is taken by an object that is not ours. */
  isForeign(ref: Ref): boolean;
  /** True if the cluster serves an optional collection (Gateway API, cert-manager). */
  isServed(resource: ChildKind): boolean;
  /** A consistent read of one object; undefined if there is none. For what is not watched. */
  fetch<T extends Live = Live>(ref: Ref, signal: AbortSignal): Promise<T | undefined>;
}

/** The place of an object within its kind: "namespace/name", or "name" for cluster-scoped ones. */
export type Key = string;

/** Another kind's objects: which of ours to look at again when one appears, changes or goes. */
export interface Watch {
  readonly resource: ChildKind;
  /** Keys of ours that `object` concerns. Absent: the owner it names. Pure and quick: it runs inside the watch. */
  keys?(object: Live, reader: Reader): readonly Key[];
  /** Further indexes over the watched kind, by name. */
  readonly indexes?: Readonly<Record<string, (object: Live) => readonly string[]>>;
}

/** Index values of an object; pure. Written as a method, so that kinds with different specs fit in one list. */
type IndexOf<K extends Kind> = { of(object: ObjectOf<K>): readonly string[] }["of"];

/**
 * A kind, as the engine runs it: gather reads, desired and status decide, the engine does the rest. One object is
 * never run twice at once; the order of events is not seen.
 */
export interface KindController<K extends Kind, World> {
  readonly kind: K;
  readonly watches: readonly Watch[];
  readonly indexes: Readonly<Record<string, IndexOf<K>>>;
  /** The only reads. A missing thing is a value, not an error. */
  gather(object: ObjectOf<K>, reader: Reader, signal: AbortSignal): Promise<World>;
  desired(world: World): readonly Child[] | Problem;
  status(world: World, applied: Applied, now: Millis): Verdict<K>;
  /** True if it is suspended: then an engineer's pause does not keep it running. */
  isSuspended?(world: World): boolean;
  /** Undoes what owner references cannot; runs while deleting, until `done`. Its presence means a finalizer. */
  cleanup?(object: ObjectOf<K>, reader: Reader, signal: AbortSignal): Promise<Outcome>;
}
