import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import { isKubeError, type Kube, type Live, type WatchEvent } from "./kube.ts";
import type { KubeMetrics } from "./metrics.ts";
import type { Shape } from "./shape.ts";
import type { Table } from "./table.ts";
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
  const reading: Reading = { state: version === undefined ? [] : undefined };
  try {
    for await (const event of watch(session, version)) {
      session.onSpoke();
      const cause = take(session, reading, event);
      if (cause !== undefined) return cause;
    }
  } catch (error) {
    // A server that knows no initial events says 400 or 422; it is read page by page.
    if (reading.state === undefined || !isKubeError(error, "invalid")) throw error;
    await readByList(session);
    return undefined;
  }
  return reading.state === undefined ? undefined : "cut short";
}

/** The initial state as far as it has come; undefined once it is whole. */
interface Reading {
  state: Live[] | undefined;
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
      swap(session, reading.state ?? [], event.resourceVersion);
      reading.state = undefined;
      return undefined;
    case "bookmark":
      session.table.progress(event.resourceVersion);
      return undefined;
    default:
      if (reading.state === undefined) return enter(session, event.type, event.object) ? undefined : "went back";
      reading.state.push(session.shape(event.object));
      return undefined;
  }
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
