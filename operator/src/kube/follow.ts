import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import { isKubeError, type Kube, KubeError, type Live, type WatchEvent } from "./kube.ts";
import type { KubeMetrics } from "./metrics.ts";
import type { Shape } from "./shape.ts";
import { keyOf, type Table } from "./table.ts";
import { compareVersions } from "./versions.ts";

/** What the reading of one watch works on, and whom it tells. */
export interface Session {
  readonly kube: Pick<Kube, "list" | "watch">;
  readonly table: Table;
  readonly shape: Shape;
  readonly labelSelector?: string | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly metrics: KubeMetrics;
  readonly signal: AbortSignal;
  readonly resource: string;
  /** The whole state is in the table. */
  readonly onSynced: () => void;
  /** Asked when a whole state is older than what was seen: is it to be believed all the same? */
  readonly believes: () => boolean;
  /** The API said something. */
  readonly onSpoke: () => void;
}

const turnMs: Millis = 5;
const pageObjects = { pods: 100, other: 500 };

/**
 * One watch, from `version`, or from the present state if it is undefined. Returns when it ends: with the cause, if
 * the state must be read again. Throws what is to be backed off. A half-read state changes nothing.
 */
export async function follow(session: Session, version: string | undefined): Promise<string | undefined> {
  const reading: Reading = { state: version === undefined ? new Map() : undefined };
  try {
    for await (const event of watch(session, version)) {
      session.onSpoke();
      const cause = take(session, reading, event);
      if (cause !== undefined) return cause;
    }
  } catch (error) {
    // A server that knows no initial events says 400 or 422; it is read page by page.
    if (reading.state === undefined || !isKubeError(error, "invalid")) throw error;
    const cause = await readByList(session);
    return cause ?? follow(session, session.table.version());
  }
  if (reading.state !== undefined) throw new KubeError("network", "the initial state was cut short");
  return undefined;
}

/** The initial state as far as it has come; undefined once it is whole. What happens meanwhile is in it too. */
interface Reading {
  state: Map<string, Live> | undefined;
}

async function* watch(session: Session, version: string | undefined): AsyncGenerator<WatchEvent> {
  const { kube, table, labelSelector, random, signal, clock } = session;
  const timeoutSeconds = Math.floor(300 + 300 * random());
  const options = { resourceVersion: version ?? "", initial: version === undefined, timeoutSeconds, signal };
  const turns = turnTaker(clock);
  for await (const event of kube.watch(table.resource, { ...options, ...selected(labelSelector) })) {
    yield event;
    await turns();
  }
}

/** Takes in one event; returns a cause if the state must be read again. */
function take(session: Session, reading: Reading, event: WatchEvent): string | undefined {
  switch (event.type) {
    case "error":
      throw event.error;
    case "broken":
      session.metrics.parseErrors.inc({ resource: session.resource });
      return event.why;
    case "initial-end":
    case "bookmark":
      return mark(session, reading, event);
    default:
      if (reading.state === undefined) return enter(session, event.type, event.object) ? undefined : "went back";
      if (event.type === "deleted") reading.state.delete(keyOf(event.object));
      else reading.state.set(keyOf(event.object), session.shape(event.object));
      return undefined;
  }
}

/** Takes in how far the cluster has come. Only the end of an initial state that was asked for exchanges the table. */
function mark(
  session: Session,
  reading: Reading,
  { type, resourceVersion }: Extract<WatchEvent, { resourceVersion: string }>,
): string | undefined {
  if (reading.state !== undefined && type === "bookmark") return undefined; // the table is at another time
  if (reading.state === undefined) {
    if (isBehind(session.table, resourceVersion)) return "went back";
    session.table.progress(resourceVersion);
    return undefined;
  }
  const cause = swap(session, [...reading.state.values()], resourceVersion);
  reading.state = undefined;
  return cause;
}

/** Enters one change; false if it is older than what was seen, which means that the server went back in time. */
function enter(
  { table, shape, metrics, resource }: Session,
  type: "added" | "modified" | "deleted",
  object: Live,
): boolean {
  const { resourceVersion = "" } = object.metadata;
  if (isBehind(table, resourceVersion)) return false;
  if (type === "deleted") table.remove(object);
  else table.put(shape(object));
  table.progress(resourceVersion);
  metrics.reflected.set({ resource }, table.size());
  return true;
}

/** True if `version` is older than what was seen: then the server went back in time. */
function isBehind(table: Table, version: string): boolean {
  return (compareVersions(version, table.version()) ?? 0) < 0;
}

function swap(session: Session, objects: readonly Live[], version: string): string | undefined {
  const { table, metrics, resource } = session;
  if (isBehind(table, version) && !session.believes()) return "went back";
  table.replace(objects, version);
  metrics.reflected.set({ resource }, table.size());
  session.onSynced();
  return undefined;
}

async function readByList(session: Session): Promise<string | undefined> {
  const { kube, table, shape, labelSelector, signal } = session;
  const objects: Live[] = [];
  let version = "";
  const limit = table.resource.plural === "pods" ? pageObjects.pods : pageObjects.other;
  const turns = turnTaker(session.clock);
  for await (const page of kube.list(table.resource, { limit, signal, ...selected(labelSelector) })) {
    objects.push(...page.items.map(shape));
    version = page.resourceVersion;
    session.onSpoke();
    await turns();
  }
  return swap(session, objects, version);
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
