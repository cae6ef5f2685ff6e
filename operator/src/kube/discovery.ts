import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { isKubeError, type Kube } from "./kube.ts";
import { type ChildKind, resourceName } from "./resources.ts";

export interface Discovery {
  /** Resolves when the API has said of every optional collection whether it has it. */
  readonly known: Promise<void>;
  /** The API said that a collection does not exist: ask again soon. */
  doubt(resource: ChildKind): void;
  stop(): void;
}

export interface DiscoveryOptions {
  readonly kube: Pick<Kube, "list">;
  readonly clock: Clock;
  readonly log: Log;
  readonly optional: readonly ChildKind[];
  /** A collection came (its reflector starts) or went. */
  readonly onChange: (resource: ChildKind, isServed: boolean) => void;
}

const everyMs: Millis = 600_000;
const doubtMs: Millis = 5_000;

/** Asks at start and every 10 min which optional groups the cluster has (Gateway API, cert-manager). */
export function discover({ kube, clock, log, optional, onChange }: DiscoveryOptions): Discovery {
  const served = new Map<string, boolean>();
  const known = Promise.withResolvers<void>();
  let isStopped = false;
  let cancel = () => {};

  /** False if the API did not say. */
  const look = async (resource: ChildKind): Promise<boolean> => {
    const name = resourceName(resource);
    const found = await isServed(kube, resource);
    if (found === undefined || isStopped) return false;
    const before = served.get(name) ?? false;
    served.set(name, found);
    if (found === before) return true;
    log.info({ resource: name, found }, "optional collection changed");
    onChange(resource, found);
    return true;
  };
  const lookAtAll = async () => {
    const answers = await Promise.all(optional.map(look));
    if (isStopped) return;
    if (served.size === optional.length) known.resolve();
    plan(answers.every((isSaid) => isSaid) ? everyMs : doubtMs); // what is not known is asked again soon
  };
  const plan = (ms: Millis) => {
    cancel();
    cancel = clock.setTimer(ms, () => void lookAtAll());
  };
  void lookAtAll();
  return {
    known: known.promise,
    doubt: () => plan(doubtMs),
    stop: () => {
      isStopped = true;
      cancel();
    },
  };
}

/** Undefined if the API did not say. */
async function isServed(kube: Pick<Kube, "list">, resource: ChildKind): Promise<boolean | undefined> {
  try {
    for await (const _ of kube.list(resource, { limit: 1 })) return true;
    return true;
  } catch (error) {
    return isKubeError(error, "notFound") ? false : undefined; // the next look may know
  }
}
