import type { Clock } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { type Breaker, breaker } from "./breaker.ts";
import type { Kube } from "./kube.ts";
import { accessSource } from "./kubeconfig.ts";
import { holdLease, type Lease } from "./lease.ts";
import type { KubeMetrics } from "./metrics.ts";
import { type RestKubeOptions, restKube } from "./rest-kube.ts";
import { openTransport } from "./transport.ts";

/** The way to one real cluster. */
export interface Cluster {
  /** Every write through it goes out only while the lease is held. */
  readonly kube: Kube;
  readonly lease: Lease;
  readonly breaker: Breaker;
  /** The bytes of an answer without end, such as a pod's log. */
  stream(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
}

export interface ClusterOptions {
  /** The process's environment: it names the kubeconfig or the service account. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly lease: { readonly namespace: string; readonly name: string; readonly identity: string };
  /** How long a watch may say nothing, if not as long as usual. */
  readonly watch?: Pick<RestKubeOptions, "silenceMs">;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly metrics: KubeMetrics;
  /** The lease was lost; connections are cut already. The process must end. */
  readonly onLost: (why: string) => void;
}

const streamSilenceMs = 600_000;
const leaseDeadlineMs = 4_000;

/** Connects: requests, watches, and a connection for the lease alone, which a flood of requests cannot delay. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { clock, random, log, metrics, env } = options;
  const shared = { clock, random, log, metrics, source: accessSource(env) };
  const leaseTransport = await openTransport({ ...shared, pool: "lease", connections: 1 });
  const lease = holdLease({
    ...options.lease,
    ...shared,
    kube: restKube(leaseTransport, { deadlineMs: leaseDeadlineMs }),
    onLost: (why) => {
      void transport.destroy();
      options.onLost(why);
    },
  });
  const transport = await openTransport({
    ...shared,
    pool: "requests",
    connections: 8,
    mayWrite: lease.assertHeld,
    onEnd: (good) => guard.note(good),
  });
  const readyz = {
    method: "GET",
    path: "/readyz",
    isText: true,
    deadlineMs: leaseDeadlineMs,
    maxBytes: 65_536,
  } as const;
  const guard = breaker({ clock, random, probe: () => leaseTransport.send(readyz).then(isWell, isUnwell) });
  return {
    kube: restKube(transport, options.watch),
    lease,
    breaker: guard,
    stream: (path, signal) => transport.stream(path, streamSilenceMs, signal),
    close: async () => {
      guard.stop();
      await Promise.all([transport.destroy(), leaseTransport.destroy()]);
    },
  };
}

const isWell = () => true;
const isUnwell = () => false;
