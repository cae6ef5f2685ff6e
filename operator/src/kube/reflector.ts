import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { isKubeError, type Kube, type Live } from "./kube.ts";
import type { KubeMetrics } from "./metrics.ts";
import { resourceName } from "./resources.ts";
import { jittered } from "./retry.ts";
import type { Shape } from "./shape.ts";
import { keyOf, type Table } from "./table.ts";
import { compareVersions } from "./versions.ts";

export interface Reflector {
  /** Resolves when the first whole state is in the table. */
  readonly synced: Promise<void>;
  isSynced(): boolean;
  /** Time since the API last said anything about this resource. */
  silentMs(): Millis;
  /** Resolves when it has ended, which only `signal` makes it do. */
  readonly ended: Promise<void>;
}

export interface ReflectorOptions {
  readonly kube: Pick<Kube, "list" | "watch">;
  readonly table: Table;
  readonly shape: Shape;
  readonly labelSelector?: string | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly metrics: KubeMetrics;
  readonly signal: AbortSignal;
  /** Told when the API says that the collection does not exist. */
  readonly onMissing?: (() => void) | undefined;
}

/** What the reading of one watch needs to tell the loop around it. */
interface Session extends ReflectorOptions {
  readonly resource: string;
  readonly onSynced: () => void;
  readonly onSpoke: () => void;
}

const firstBackOffMs: Millis = 800;
const longestBackOffMs: Millis = 30_000;
const goodMs: Millis = 120_000;
const shortestWatchMs: Millis = 1_000;
const turnMs: Millis = 5;
const pageObjects = { pods: 100, other: 500 };

/** Keeps `table` equal to the cluster for as long as `signal` lives. It never gives up and never rejects. */
export function startReflector(options: ReflectorOptions): Reflector {
  const { clock, metrics, signal, table } = options;
  const resource = resourceName(table.resource);
  const synced = Promise.withResolvers<void>();
  let isSynced = false;
  let spokeAt = clock.monotonic();
  const session: Session = {
    ...options,
    resource,
    onSynced: () => {
      isSynced = true;
      synced.resolve();
    },
    onSpoke: () => {
      spokeAt = clock.monotonic();
    },
  };

  const run = async () => {
    let failures = 0;
    let version: string | undefined; // undefined: what we hold may be wrong, read the whole state
    while (!signal.aborted) {
      const startedAt = clock.monotonic();
      try {
        const cause = await follow(session, version);
        version = cause === undefined ? table.version() : undefined;
        if (cause !== undefined) metrics.relists.inc({ resource, cause });
        failures = 0;
        if (clock.monotonic() - startedAt < shortestWatchMs) await clock.sleep(shortestWatchMs, signal);
      } catch (error) {
        if (signal.aborted) return;
        failures = clock.monotonic() - startedAt > goodMs ? 1 : failures + 1;
        const isGone = isKubeError(error, "gone");
        if (isGone) metrics.relists.inc({ resource, cause: "gone" });
        version = isGone || !isSynced ? undefined : table.version();
        if (!isGone) await backOff(session, error, failures);
      }
    }
  };
  const ended = run().catch(() => {}); // only the abort of a sleep gets here
  return { synced: synced.promise, ended, isSynced: () => isSynced, silentMs: () => clock.monotonic() - spokeAt };
}

async function backOff(session: Session, error: unknown, failures: number): Promise<void> {
  const { clock, log, metrics, resource, random, signal } = session;
  const cause = isKubeError(error) ? error.kind : "other";
  metrics.restarts.inc({ resource, cause });
  log.warn({ resource, cause, failures, err: error }, "watch failed");
  if (isKubeError(error, "notFound")) session.onMissing?.();
  const wait = Math.min(longestBackOffMs, firstBackOffMs * 2 ** Math.min(failures - 1, 10));
  const asked = isKubeError(error) ? error.retryAfterMs : undefined;
  await clock.sleep(asked ?? jittered(wait, 0.5, random()), signal);
}

/**
 * One watch, from `version`, or from the present state if it is undefined. Returns when it ends: with the cause, if
 * the state must be read again. Throws what is to be backed off. A half-read state changes nothing.
 */
async function follow(session: Session, version: string | undefined): Promise<string | undefined> {
  const { kube, table, shape, labelSelector, random, signal, resource } = session;
  let state: Live[] | undefined = version === undefined ? [] : undefined;
  const timeoutSeconds = Math.floor(300 + 300 * random());
  const from = { resourceVersion: version ?? "", initial: state !== undefined };
  const turns = turnTaker(session.clock);
  try {
    for await (const event of kube.watch(table.resource, {
      ...from,
      timeoutSeconds,
      signal,
      ...selected(labelSelector),
    })) {
      session.onSpoke();
      if (event.type === "error") throw event.error;
      if (event.type === "broken") {
        session.metrics.parseErrors.inc({ resource });
        return event.why;
      }
      if (event.type === "initial-end") {
        swap(session, state ?? [], event.resourceVersion);
        state = undefined;
      } else if (event.type === "bookmark") table.progress(event.resourceVersion);
      else if (state !== undefined) state.push(shape(event.object));
      else if (!enter(session, event.type, event.object)) return "went back";
      await turns();
    }
  } catch (error) {
    // A server that knows no initial events says 400 or 422; it is read page by page.
    if (state === undefined || !isKubeError(error, "invalid")) throw error;
    await readByList(session);
    return undefined;
  }
  return state === undefined ? undefined : "cut short";
}

/** Enters one change; false if it is older than what was seen, which means that the server went back in time. */
function enter(
  { table, shape, metrics, resource }: Session,
  type: "added" | "modified" | "deleted",
  object: Live,
): boolean {
  const { resourceVersion = "" } = object.metadata;
  if ((compareVersions(resourceVersion, table.version()) ?? 0) < 0) return false;
  if (type === "deleted") table.remove(object);
  else table.put(shape(object));
  table.progress(resourceVersion);
  metrics.reflected.set({ resource }, table.size());
  return true;
}

function swap({ table, metrics, resource, onSynced }: Session, objects: readonly Live[], version: string): void {
  table.replace(objects, version);
  metrics.reflected.set({ resource }, table.size());
  onSynced();
}

async function readByList(session: Session): Promise<void> {
  const { kube, table, shape, labelSelector, signal } = session;
  const objects: Live[] = [];
  let version = "";
  const limit = table.resource.plural === "pods" ? pageObjects.pods : pageObjects.other;
  for await (const page of kube.list(table.resource, { limit, signal, ...selected(labelSelector) })) {
    objects.push(...page.items.map(shape));
    version = page.resourceVersion;
    session.onSpoke();
  }
  swap(session, objects, version);
}

function selected(labelSelector: string | undefined): { labelSelector?: string } {
  return labelSelector === undefined ? {} : { labelSelector };
}

/** Gives the event loop a turn once 5 ms are used up, so a flood of events does not block probes and the lease. */
function turnTaker(clock: Clock): () => Promise<void> | undefined {
  let began = clock.monotonic();
  return () => {
    if (clock.monotonic() - began < turnMs) return undefined;
    return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      began = clock.monotonic();
    });
  };
}
