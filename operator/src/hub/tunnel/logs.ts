import { app } from "@skypanel/crds/kinds/app.ts";
import { limits } from "@skypanel/crds/limits.ts";
import type { Clock } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { tenantLabel } from "../../kube/inventory.ts";
import { namespaces, pods, resourceOf } from "../../kube/resources.ts";
import type { Store } from "../../kube/store.ts";
import type { Transport } from "../../kube/transport.ts";
import { logLines } from "./log-lines.ts";
import { type LogOutlet, logOutlet } from "./log-outlet.ts";
import { containerOf, isAsked, type LoggedPod, logPath } from "./pod-log.ts";
import type { LogQuery, TunnelHandlers } from "./requests.ts";

export interface LogsOptions {
  readonly store: Pick<Store, "table" | "reader">;
  readonly transport: Pick<Transport, "stream">;
  readonly clock: Clock;
  readonly log: Log;
}

const apps = resourceOf(app);
// A quiet app is no dead connection: only the reader's leaving ends the wait for its next line.
const forEver = 0;

/** Serves the logs of apps the cache shows as ours, and of the pods that join them while somebody reads. */
export function logs(options: LogsOptions): TunnelHandlers["logs"] {
  const { store, clock } = options;
  const readers = new Set<() => void>();
  store.table(pods).onChange(() => readers.forEach((look) => void look()));

  return async (query, sink, signal) => {
    if (!isOurs(options, query)) return false;
    const done = new AbortController();
    const ending = AbortSignal.any([signal, done.signal]);
    const outlet = logOutlet(sink, clock);
    const following = follow(options, query, outlet, ending);
    readers.add(following.look);
    try {
      following.look();
      if (query.previous === "true") void following.ended().then(outlet.finish);
      await outlet.run(signal);
      return true;
    } finally {
      readers.delete(following.look);
      done.abort(new Error("the log stream ended"));
      await following.ended();
    }
  };
}

/** The app exists, and its namespace belongs to the tenant that is asked for. */
function isOurs({ store: { reader } }: LogsOptions, { namespace, tenant, app: name }: LogQuery): boolean {
  const owner = reader.get({ resource: namespaces, name: namespace })?.metadata.labels?.[tenantLabel];
  return owner === tenant && reader.get({ resource: apps, namespace, name }) !== undefined;
}

interface Following {
  /** Looks for pods or restarted containers that are not read yet. */
  look(): void;
  /** Resolves when every log that was opened has ended. */
  ended(): Promise<void>;
}

function follow(options: LogsOptions, query: LogQuery, outlet: LogOutlet, signal: AbortSignal): Following {
  const { store, log } = options;
  const seen = new Map<string, string>(); // pod's uid → the container that was read last
  const open = new Set<Promise<void>>();
  let isFirst = true;

  const look = () => {
    const asked = store.reader.list<LoggedPod>(pods).filter((pod) => isAsked(pod, query));
    for (const uid of seen.keys()) if (!asked.some(({ metadata }) => metadata.uid === uid)) seen.delete(uid);
    for (const pod of asked) {
      const { uid = "" } = pod.metadata;
      const container = containerOf(pod, query);
      if (container === undefined || seen.get(uid) === container || open.size >= limits.app.instancesShown) continue;
      seen.set(uid, container);
      const reading = read(options, pod, logPath(pod, query, isFirst), outlet, signal).catch((error: unknown) => {
        log.error({ err: error }, "log reader failed");
      });
      open.add(reading);
      void reading.finally(() => open.delete(reading));
    }
    isFirst = false;
  };
  return {
    look,
    ended: async () => {
      await Promise.all(open);
    },
  };
}

async function read({ transport }: LogsOptions, pod: LoggedPod, path: string, outlet: LogOutlet, signal: AbortSignal) {
  const instance = pod.metadata.name;
  const source = (state: "opened" | "ended" | "failed", reason: string | null = null) =>
    outlet.push({ t: "source", instance, state, reason });
  try {
    const bytes = await transport.stream(path, forEver, signal);
    source("opened");
    for await (const { at, text } of logLines(bytes)) {
      outlet.push({ t: "line", instance, at, text });
      await outlet.room(signal);
    }
    source("ended");
  } catch (error) {
    // Told to the reader in place of lines: the other instances go on.
    if (!signal.aborted) source("failed", error instanceof Error ? error.message : String(error));
  }
}
