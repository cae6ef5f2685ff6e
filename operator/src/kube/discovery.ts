import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { isKubeError, type Kube } from "./kube.ts";
import { type ChildKind, resourceName } from "./resources.ts";

export interface Discovery {
  /** Resolves when every optional collection was asked for once. */
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
  let cancel = () => {};

  const look = async (resource: ChildKind) => {
    const name = resourceName(resource);
    const found = await isServed(kube, resource);
    if (found === undefined || found === (served.get(name) ?? false)) return;
    served.set(name, found);
    log.info({ resource: name, found }, "optional collection changed");
    onChange(resource, found);
  };
  const lookAtAll = () => Promise.all(optional.map(look));
  const plan = (ms: Millis) => {
    cancel();
    cancel = clock.setTimer(ms, () => void lookAtAll().finally(() => plan(everyMs)));
  };
  const known = lookAtAll().then(() => plan(everyMs));
  return { known, doubt: () => plan(doubtMs), stop: () => cancel() };
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
