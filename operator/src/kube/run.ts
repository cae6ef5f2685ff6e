import type { Clock } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import type { Key } from "./controller.ts";
import type { Guard } from "./guard.ts";
import type { Recorded } from "./inventory.ts";
import type { Kube, Live } from "./kube.ts";
import type { KubeMetrics } from "./metrics.ts";
import type { Store } from "./store.ts";

/** What every run of every controller works with. */
export interface Tools {
  readonly kube: Kube;
  readonly store: Store;
  readonly guard: Guard;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly metrics: KubeMetrics;
}

/** One run of one object. */
export interface Run extends Tools {
  readonly id: string;
  /** The owner's name for the guard: its kind and key. */
  readonly guardKey: Key;
  readonly owner: Live;
  readonly signal: AbortSignal;
  /** Look also at what is not watched: at start and at resync. */
  readonly isThorough: boolean;
  readonly inventory: Inventory;
}

/** The record of unwatched children during a run; `save` writes it to the owner's status if it has changed. */
export interface Inventory {
  entries(): readonly Recorded[];
  set(entries: readonly Recorded[]): void;
  save(): Promise<void>;
}
