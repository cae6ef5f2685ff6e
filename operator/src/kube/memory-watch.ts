import { KubeError, type Live, type Resource, type WatchEvent, type WatchOptions } from "./kube.ts";
import { resourceName } from "./resources.ts";

type ChangeType = "added" | "modified" | "deleted";

interface Change {
  readonly resource: string;
  readonly type: ChangeType;
  readonly object: Live;
  readonly before: Live;
}

interface MemoryWatchOptions {
  readonly objects: (resource: Resource) => readonly Live[];
  readonly version: () => string;
}

/** The watches of the in-memory API server: a log of changes that readers follow, and what can go wrong with them. */
export interface MemoryWatches {
  follow(resource: Resource, options: WatchOptions): AsyncGenerator<WatchEvent>;
  tell(resource: Resource, type: ChangeType, object: Live, before: Live): void;
  /** Ends all watches that are open, cleanly. */
  cut(): void;
  /** Forgets history: a watch from before must list again. */
  compact(): void;
  /** Sends a bookmark to every open watch. */
  bookmark(): void;
  /** Sends something else to every open watch. */
  inject(event: WatchEvent): void;
  /** Events stop arriving until released. */
  hold(): void;
  release(): void;
}

/** The watches over `objects`. */
export function memoryWatches({ objects, version }: MemoryWatchOptions): MemoryWatches {
  const log: Change[] = [];
  const injected: WatchEvent[] = [];
  let floor = 0;
  let isHeld = false;
  let generation = 0;
  let wake = Promise.withResolvers<void>();
  const wakeAll = () => {
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };

  async function* changes(
    resource: Resource,
    since: number,
    { labelSelector, signal }: WatchOptions,
  ): AsyncGenerator<WatchEvent> {
    const [born, aborted] = [generation, aborting(signal)];
    let [from, told] = [since, injected.length];
    while (!signal.aborted && born === generation) {
      const fresh = isHeld ? [] : log.filter((change) => versionOf(change.object) > from);
      from = fresh.reduce((last, { object }) => Math.max(last, versionOf(object)), from);
      for (const change of fresh) yield* seen(change, resource, labelSelector);
      for (; told < injected.length; told += 1) yield* injected.slice(told, told + 1);
      if (fresh.length === 0) await Promise.race([wake.promise, aborted]);
    }
    signal.throwIfAborted();
  }
  async function* follow(resource: Resource, options: WatchOptions): AsyncGenerator<WatchEvent> {
    const from = options.initial ? Number(version()) : Number(options.resourceVersion);
    if (from < floor) {
      yield { type: "error", error: new KubeError("gone", "too old resource version", { status: 410 }) };
      return;
    }
    if (options.initial) {
      const selected = objects(resource).filter((object) => isSelected(object, options.labelSelector));
      for (const object of selected) yield { type: "added", object: structuredClone(object) };
      yield { type: "initial-end", resourceVersion: String(from) };
    }
    yield* changes(resource, from, options);
  }
  const inject = (event: WatchEvent) => {
    injected.push(event);
    wakeAll();
  };

  return {
    follow,
    inject,
    bookmark: () => inject({ type: "bookmark", resourceVersion: version() }),
    tell: (resource, type, object, before) => {
      log.push({ resource: resourceName(resource), type, object, before });
      wakeAll();
    },
    cut: () => {
      generation += 1;
      wakeAll();
    },
    compact: () => {
      log.length = 0;
      floor = Number(version());
    },
    hold: () => {
      isHeld = true;
    },
    release: () => {
      isHeld = false;
      wakeAll();
    },
  };
}

/** True if the object has all labels of a selector of equalities; without a selector, always. */
export function isSelected({ metadata }: Live, selector: string | undefined): boolean {
  const pairs = (selector ?? "").split(",").filter((pair) => pair !== "");
  return pairs.every((pair) => metadata.labels?.[pair.split("=")[0] ?? ""] === pair.split("=")[1]);
}

/** What a change looks like to a watch with a selector: an object that leaves the selection is deleted. */
function* seen(change: Change, resource: Resource, selector: string | undefined): Generator<WatchEvent> {
  if (change.resource !== resourceName(resource)) return;
  const was = change.type !== "added" && isSelected(change.before, selector);
  const is = change.type !== "deleted" && isSelected(change.object, selector);
  if (!was && !is) return;
  const type = was && is ? "modified" : is ? "added" : "deleted";
  yield { type, object: structuredClone(change.object) };
}

function versionOf({ metadata }: Live): number {
  return Number(metadata.resourceVersion);
}

function aborting(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
