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
const goodMs: Millis = 120_000;
const shortestWatchMs: Millis = 1_000;

/** Keeps `table` equal to the cluster for as long as `signal` lives. It never gives up and never rejects. */
export function startReflector(options: ReflectorOptions): Reflector {
  const { clock, signal, table } = options;
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
    const progress: Progress = { version: undefined, failures: 0 };
    while (!signal.aborted) await watchOnce(options, session, progress);
  };
  const ended = run().catch(() => {}); // only the abort of a sleep gets here
  return { synced: synced.promise, ended, isSynced: () => isSynced, silentMs: () => clock.monotonic() - spokeAt };
}

/** Where the loop stands. No version: what we hold may be wrong, read the whole state. */
interface Progress {
  version: string | undefined;
  failures: number;
}

async function watchOnce(options: ReflectorOptions, session: Session, progress: Progress): Promise<void> {
  const { clock, metrics, signal, table } = options;
  const { resource } = session;
  const startedAt = clock.monotonic();
  const livedMs = () => clock.monotonic() - startedAt;
  try {
    const cause = await follow(session, progress.version);
    if (cause !== undefined) metrics.relists.inc({ resource, cause });
    progress.version = cause === undefined ? table.version() : undefined;
    progress.failures = 0;
    if (livedMs() < shortestWatchMs) await clock.sleep(shortestWatchMs, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    if (isKubeError(error, "gone")) {
      metrics.relists.inc({ resource, cause: "gone" });
      progress.version = undefined;
      return;
    }
    progress.failures = livedMs() > goodMs ? 1 : progress.failures + 1;
    progress.version = table.version(); // undefined until the first state was whole
    await backOff(options, resource, error, progress.failures);
  }
}

async function backOff(options: ReflectorOptions, resource: string, error: unknown, failures: number): Promise<void> {
  const { clock, log, metrics, random, signal } = options;
  const cause = isKubeError(error) ? error.kind : "other";
  metrics.restarts.inc({ resource, cause });
  log.warn({ resource, cause, failures, err: error }, "watch failed");
  if (isKubeError(error, "notFound")) options.onMissing?.();
  const wait = Math.min(longestBackOffMs, firstBackOffMs * 2 ** Math.min(failures - 1, 10));
  const asked = isKubeError(error) ? error.retryAfterMs : undefined;
  await clock.sleep(asked ?? jittered(wait, 0.5, random()), signal);
}
