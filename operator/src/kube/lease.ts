import { limits } from "@skypanel/crds/limits.ts";
import { type Millis, toMicroTime } from "@skypanel/crds/time.ts";
import type { Clock } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { isKubeError, type Kube, KubeError, type Live, type Ref } from "./kube.ts";
import type { KubeMetrics } from "./metrics.ts";

export interface Lease {
  /** Resolves when this process first holds the lease. */
  readonly held: Promise<void>;
  isHeld(): boolean;
  /** Throws `fenced` unless the last good renewal began less than 10 s ago, on both clocks. */
  assertHeld(): void;
  /** Who holds it now, as far as we know. */
  holder(): string;
  /** Stops renewing and gives the lease back, so that the next one need not wait. */
  release(): Promise<void>;
}

export interface LeaseOptions {
  readonly kube: Pick<Kube, "get" | "apply">;
  readonly namespace: string;
  readonly name: string;
  /** Another for each process: its pod's name and a random part. */
  readonly identity: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly metrics: KubeMetrics;
  /** Called once if the lease is lost: the process must end, for its caches belong to another time. */
  readonly onLost: (why: string) => void;
}

interface LeaseObject extends Live {
  readonly spec?: { readonly holderIdentity?: string; readonly leaseTransitions?: number; readonly renewTime?: string };
}

/** The API's own kind for the election of a leader. */
export const leases = {
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
  namespaced: true,
};
const releaseMs: Millis = 2_000; // of the 10 s that stopping may take
const { leaseMillis, leaseRenewMillis, leasePeriodMillis } = limits.kube;

/** Runs for the lease at once and for ever. A lease does not fence: every write must call `assertHeld` as it goes out. */
export function holdLease(options: LeaseOptions): Lease {
  const { clock, identity, kube, log, metrics, name, namespace } = options;
  const ref: Ref = { resource: leases, namespace, name };
  const held = Promise.withResolvers<void>();
  const stop = new AbortController();
  let renewed: { monotonic: Millis; wall: Millis } | undefined;
  let seen: { version: string | undefined; at: Millis } | undefined;
  let holder = "";

  const isFresh = (): boolean => {
    if (renewed === undefined) return false;
    const byMonotonic = clock.monotonic() - renewed.monotonic;
    const byWall = Math.abs(clock.now() - renewed.wall);
    return byMonotonic < leaseRenewMillis && byWall < leaseRenewMillis;
  };
  const note = ({ metadata, spec = {} }: LeaseObject) => {
    holder = spec.holderIdentity ?? "";
    // Its age is measured on our own clock from when we saw it change: clocks of machines disagree.
    if (seen?.version !== metadata.resourceVersion) seen = { version: metadata.resourceVersion, at: clock.monotonic() };
  };
  const read = async (signal: AbortSignal): Promise<LeaseObject> => {
    try {
      return await kube.get<LeaseObject>(ref, { signal });
    } catch (error) {
      if (!isKubeError(error, "notFound")) throw error;
      // Made bare and by a manager of its own: of two that make it at once, neither takes it from the other.
      const bare = { metadata: { name, namespace } };
      return (await kube.apply<LeaseObject>(ref, bare, { manager: "skypanel-lease", force: false, signal })).object;
    }
  };
  const write = async (from: LeaseObject, holderIdentity: string, signal: AbortSignal) => {
    const start = { monotonic: clock.monotonic(), wall: clock.now() };
    const isNew = holderIdentity !== "" && from.spec?.holderIdentity !== holderIdentity;
    const { object } = await kube.apply<LeaseObject>(
      ref,
      {
        metadata: { name, namespace, resourceVersion: from.metadata.resourceVersion },
        spec: {
          holderIdentity,
          leaseDurationSeconds: leaseMillis / 1000,
          renewTime: toMicroTime(start.wall),
          leaseTransitions: (from.spec?.leaseTransitions ?? 0) + (isNew ? 1 : 0),
        },
      },
      { manager: "skypanel-operator", force: true, signal },
    );
    note(object);
    return { object, start };
  };

  const attempt = async (signal: AbortSignal) => {
    const found = await read(signal);
    note(found);
    const isOurs = holder === identity;
    const isExpired = clock.monotonic() - (seen?.at ?? 0) >= leaseMillis;
    if (!isOurs && holder !== "" && !isExpired) return;
    const { start } = await write(found, identity, signal);
    if (renewed === undefined) log.info({ identity }, "lease taken");
    renewed = start;
    metrics.leader.set({ name }, 1);
    held.resolve();
  };
  /** Does `work` for at most `ms`; false if it could not be done. */
  const within = async (ms: Millis, work: (signal: AbortSignal) => Promise<void>): Promise<boolean> => {
    const late = new AbortController();
    const cancel = clock.setTimer(ms, () => late.abort(new KubeError("timeout", "the lease's deadline passed")));
    const ended = work(late.signal).then(() => true);
    return ended.catch(faulty).finally(cancel);
  };
  const round = async () => {
    const leftMs = leaseRenewMillis - (renewed === undefined ? 0 : clock.monotonic() - renewed.monotonic);
    await within(leftMs, (late) => attempt(AbortSignal.any([late, stop.signal])));
    if (stop.signal.aborted) return;
    if (renewed !== undefined) metrics.leaseAge.set((clock.monotonic() - renewed.monotonic) / 1000);
    const isLost = renewed !== undefined && (holder !== identity || !isFresh());
    if (!isLost) return;
    metrics.leader.set({ name }, 0);
    stop.abort();
    options.onLost(holder === identity ? "it could not be renewed in time" : `${holder} took it`);
  };
  const run = async () => {
    while (!stop.signal.aborted) {
      await round();
      const period = leasePeriodMillis * (0.9 + 0.2 * options.random());
      await clock.sleep(period, stop.signal).catch(() => {}); // only stopping ends it
    }
  };
  const faulty = (error: unknown): false => {
    if (stop.signal.aborted) return false; // whatever it was, nobody waits for it
    if (!isKubeError(error)) throw error;
    log.warn({ err: error }, "lease not renewed");
    return false;
  };
  metrics.leader.set({ name }, 0);
  const running = run();

  return {
    held: held.promise,
    isHeld: isFresh,
    holder: () => holder,
    assertHeld: () => {
      if (!isFresh()) throw new KubeError("fenced", "the lease is not held, nothing is written");
    },
    release: async () => {
      stop.abort();
      await running;
      if (!isFresh()) return;
      renewed = undefined;
      metrics.leader.set({ name }, 0);
      const isGivenBack = await within(releaseMs, async (late) => {
        const found = await kube.get<LeaseObject>(ref, { signal: late });
        // An empty holder lets a standby take it at its next look; but what somebody has taken is not ours to give.
        if (found.spec?.holderIdentity === identity) await write(found, "", late);
      });
      if (!isGivenBack) log.warn("lease not given back"); // then it runs out by itself
    },
  };
}
