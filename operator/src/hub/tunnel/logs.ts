import { app } from "@skypanel/crds/kinds/app.ts";
import { limits } from "@skypanel/crds/limits.ts";
import type { Clock } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import type { Cluster } from "../../kube/cluster.ts";
import { tenantLabel } from "../../kube/inventory.ts";
import { namespaces, pods, resourceOf } from "../../kube/resources.ts";
import type { Store } from "../../kube/store.ts";
import { type LogOutlet, logOutlet } from "./log-outlet.ts";
import { containerOf, isAsked, type LoggedPod, type LogStart } from "./pod-log.ts";
import { readLog } from "./read-log.ts";
import type { LogQuery, TunnelHandlers } from "./requests.ts";

export interface LogsOptions {
  readonly store: Pick<Store, "table" | "reader">;
  readonly stream: Cluster["stream"];
  readonly clock: Clock;
  readonly log: Log;
}

const apps = resourceOf(app);

/** Serves the logs of apps the cache shows as ours, and of the pods that join them while somebody reads. */
export function logs(options: LogsOptions): TunnelHandlers["logs"] {
  const { store, clock } = options;
  const readers = new Set<() => void>();
  store.table(pods).onChange(() => readers.forEach((look) => void look()));

  return async (query, sink, signal) => {
    if (!isOurs(options, query)) return false;
    sink.open();
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
  // What runs already is shown from its last lines or from where the reader was; what starts later, from its beginning.
  let start: LogStart = query.since === undefined ? { tail: query.tail } : { since: query.since };

  const look = () => {
    const asked = store.reader.list<LoggedPod>(pods).filter((pod) => isAsked(pod, query));
    for (const uid of seen.keys()) if (!asked.some(({ metadata }) => metadata.uid === uid)) seen.delete(uid);
    for (const pod of asked) {
      const { uid = "" } = pod.metadata;
      const container = containerOf(pod, query);
      if (container === undefined || seen.get(uid) === container || open.size >= limits.app.instancesShown) continue;
      seen.set(uid, container);
      const reading = readLog({ ...options, query, outlet }, pod, start, signal).catch((error: unknown) => {
        log.error({ err: error }, "log reader failed");
      });
      open.add(reading);
      void reading.finally(() => open.delete(reading));
    }
    start = {};
  };
  return {
    look,
    ended: async () => {
      await Promise.all(open);
    },
  };
}
