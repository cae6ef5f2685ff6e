import { KubeError, type Live, type Resource, type WatchEvent, type WatchOptions } from "./kube.ts";
import { isSelected } from "./memory-selector.ts";
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

/**
 * What becomes of a line on its way: lost without a trace, the connection reset before it, unreadable, after its
 * successor, or twice.
 */
export type Tampering = "pass" | "lose" | "reset" | "garble" | "swap" | "twice";

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
  /** Asks of every object that is to be told, initial ones too, what becomes of it. */
  tamper(how: (event: WatchEvent) => Tampering): void;
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
  let tampering: (event: WatchEvent) => Tampering = () => "pass";
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
    line: Line,
  ): AsyncGenerator<WatchEvent> {
    const [born, aborted] = [generation, aborting(signal)];
    let [from, told] = [since, injected.length];
    while (!signal.aborted && born === generation) {
      const fresh = isHeld ? [] : log.filter((change) => versionOf(change.object) > from);
      from = fresh.reduce((last, { object }) => Math.max(last, versionOf(object)), from);
      const events = fresh.flatMap((change) => [...seen(change, resource, labelSelector)]);
      const others = injected.slice(told);
      told += others.length;
      for (const event of [...events, ...others]) yield* line(event);
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
    const line = lineTo((event) => ("object" in event ? tampering(event) : "pass"));
    if (options.initial) {
      const selected = objects(resource).filter((object) => isSelected(object, options.labelSelector));
      for (const object of selected) yield* line({ type: "added", object: structuredClone(object) });
      yield* line({ type: "initial-end", resourceVersion: String(from) });
    }
    yield* changes(resource, from, options, line);
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
    tamper: (how) => {
      tampering = how;
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

type Line = (event: WatchEvent) => Generator<WatchEvent>;

/** The way of one watch's lines to its reader, on which `how` tampers with them. */
function lineTo(how: (event: WatchEvent) => Tampering): Line {
  const late: WatchEvent[] = [];
  return function* (event) {
    const what = how(event);
    if (what === "reset") throw new KubeError("network", "the connection was reset");
    if (what === "swap") return void late.push(event);
    if (what === "garble") yield { type: "broken", why: "unparsable" };
    else if (what !== "lose") yield event;
    if (what === "twice") yield structuredClone(event);
    yield* late.splice(0);
  };
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
