import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { follow, type Session } from "./follow.ts";
import { isKubeError, type Kube } from "./kube.ts";
import type { KubeMetrics } from "./metrics.ts";
import { resourceName } from "./resources.ts";
import { jittered } from "./retry.ts";
import type { Shape } from "./shape.ts";
import type { Table } from "./table.ts";

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

const firstBackOffMs: Millis = 800;
const longestBackOffMs: Millis = 30_000;
const forgivenAfterMs: Millis = 120_000;
const shortestWatchMs: Millis = 1_000;
const believedAfter = 3;

/** Where the loop stands. */
interface Progress {
  /** What the table holds may be wrong: the whole state must be read. */
  isAdrift: boolean;
  failures: number;
  /** States in a row that were older than what had been seen. */
  olderStates: number;
  spokeAt: Millis;
  /** When the API first spoke since the last failure. */
  goodSince: Millis | undefined;
}

/** Keeps `table` equal to the cluster for as long as `signal` lives. It never gives up and never rejects. */
export function startReflector(options: ReflectorOptions): Reflector {
  const { clock, signal, table } = options;
  const synced = Promise.withResolvers<void>();
  let isSynced = false;
  const progress: Progress = {
    ...{ isAdrift: true, failures: 0, olderStates: 0 },
    ...{ spokeAt: clock.monotonic(), goodSince: undefined },
  };
  const session: Session = {
    ...options,
    resource: resourceName(table.resource),
    onSynced: () => {
      Object.assign(progress, { isAdrift: false, olderStates: 0 });
      isSynced = true;
      synced.resolve();
    },
    onSpoke: () => {
      progress.spokeAt = clock.monotonic();
      progress.goodSince ??= progress.spokeAt;
    },
    // Once, it is a server that lags behind. Told again and again, the cluster was restored from a backup.
    believes: () => {
      progress.olderStates += 1;
      return progress.olderStates >= believedAfter;
    },
  };
  const run = async () => {
    while (!signal.aborted) await watchOnce(options, session, progress);
  };
  const ended = run().catch(() => {}); // only the abort of a sleep gets here
  const silentMs = () => clock.monotonic() - progress.spokeAt;
  return { synced: synced.promise, ended, isSynced: () => isSynced, silentMs };
}

async function watchOnce(options: ReflectorOptions, session: Session, progress: Progress): Promise<void> {
  const { clock, metrics, signal, table } = options;
  const { resource } = session;
  const startedAt = clock.monotonic();
  try {
    const cause = await follow(session, progress.isAdrift ? undefined : table.version());
    if (cause !== undefined) return await readAgain(options, resource, progress, cause);
    metrics.restarts.inc({ resource, cause: "ended" });
    if (clock.monotonic() - startedAt < shortestWatchMs) await clock.sleep(shortestWatchMs, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    if (isKubeError(error, "gone")) return readAgain(options, resource, progress, "gone");
    const cause = isKubeError(error) ? error.kind : "other";
    metrics.restarts.inc({ resource, cause });
    noteFailure(progress);
    options.log.warn({ resource, cause, failures: progress.failures, err: error }, "watch failed");
    if (isKubeError(error, "notFound")) options.onMissing?.();
    const asked = isKubeError(error) ? error.retryAfterMs : undefined;
    await clock.sleep(asked ?? backOffMs(progress, options.random()), signal);
  }
}

/** The whole state is to be read: at once, unless that has failed just before. */
async function readAgain(
  options: ReflectorOptions,
  resource: string,
  progress: Progress,
  cause: string,
): Promise<void> {
  const { clock, log, metrics, random, signal } = options;
  metrics.relists.inc({ resource, cause });
  progress.isAdrift = true;
  noteFailure(progress);
  log.info({ resource, cause, failures: progress.failures }, "the whole state is read again");
  if (progress.failures > 1) await clock.sleep(backOffMs(progress, random()), signal);
}

function noteFailure(progress: Progress): void {
  const goodMs = progress.spokeAt - (progress.goodSince ?? progress.spokeAt);
  progress.failures = goodMs >= forgivenAfterMs ? 1 : progress.failures + 1;
  progress.goodSince = undefined;
}

function backOffMs({ failures }: Progress, random: number): Millis {
  return Math.min(longestBackOffMs, jittered(firstBackOffMs * 2 ** Math.min(failures - 1, 10), 0.5, random));
}
