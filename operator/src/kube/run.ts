import type { Millis } from "@skypanel/crds/time.ts";
import type { Clock } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import type { Key } from "./controller.ts";
import type { Events } from "./events.ts";
import type { Guard } from "./guard.ts";
import type { Recorded } from "./inventory.ts";
import type { Kube, Ref } from "./kube.ts";
import type { Lost } from "./lost.ts";
import type { KubeMetrics } from "./metrics.ts";
import type { ChildKind } from "./resources.ts";
import type { Owner } from "./status.ts";
import type { Store } from "./store.ts";

/** What every run of every controller works with. */
export interface Tools {
  readonly kube: Kube;
  readonly store: Store;
  readonly guard: Guard;
  readonly lost: Lost;
  readonly events: Events;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly metrics: KubeMetrics;
}

/** Whose fault a failure is: the API's, or that of the object and what it asks. */
export type Fault = "api" | "object";

/** Thrown when the cache turns out to be old: the whole run is repeated once the cache is past it. */
export class Stale extends Error {
  override readonly name = "Stale";
}

/** What the runner gives for one run of one key. */
export interface Attempt {
  readonly key: Key;
  /** Another for each run; what a person reports for a fault of ours. */
  readonly id: string;
  readonly kube: Kube;
  readonly log: Log;
  /** Aborted at the deadline. */
  readonly signal: AbortSignal;
  /** Look also at what is not watched: at start, at resync, when a person asks, and after a failure. */
  readonly isThorough: boolean;
  /** For how long the key has failed: faults of the API are shown only after a minute. */
  readonly failingMs: Millis;
  /** Notes that this run failed, once, and tells how often in a row and how long to wait. */
  readonly noteFailure: (fault: Fault) => { readonly failures: number; readonly waitMs: Millis };
}

/** One run of one object. */
export interface Run extends Tools, Attempt {
  readonly kube: Kube;
  readonly log: Log;
  readonly resource: ChildKind;
  readonly ref: Ref;
  /** The owner's name for the guard: its kind and key. */
  readonly guardKey: Key;
  /** The copy that is decided on; a status write in the middle of the run moves its version. */
  readonly owner: Owner;
  readonly inventory: Inventory;
}

/** The record of unwatched children during a run; `save` writes it to the owner's status. */
export interface Inventory {
  entries(): readonly Recorded[];
  set(entries: readonly Recorded[]): void;
  save(): Promise<void>;
}
