import type { Instance } from "../../operator/src/operator-at-work.ts";
import type { Call } from "../fault-proxy/call.ts";
import type { FaultProxy } from "../fault-proxy/fault-proxy.ts";
import { type Match, speaksOf } from "../fault-proxy/rule.ts";

/** One operator that runs behind a proxy of its own. */
export interface Running {
  readonly proxy: FaultProxy;
  /** How many reconciles it has ended so far. */
  runs(): Promise<number>;
  /** Ends it as SIGKILL does; nothing of it reaches the cluster any more. */
  kill(): Promise<void>;
}

/** The calls a sweep counts: what runs do. Watches, the lease and events go on for ever, beside them. */
export const counted: Match = {
  verb: "/^(get|create|update|apply|patch|delete)$/",
  resource: "/^(?!leases$|events$)[a-z]/",
};

/** The calls of runs among those of a proxy. */
export function countedOf(calls: readonly Call[]): readonly Call[] {
  return calls.filter((call) => speaksOf(counted, call));
}

/** How long nothing was called for a run, in ms; 0 while a call is under way. */
export function quietMs(calls: readonly Call[]): number {
  const last = calls.findLast((call) => speaksOf(counted, call));
  if (last === undefined) return Number.POSITIVE_INFINITY;
  return last.at.ended === undefined ? 0 : performance.now() - last.at.ended;
}

/** An instance in this process as a running operator. */
export function runningIn(instance: Instance, proxy: FaultProxy | undefined): Running {
  if (proxy === undefined) throw new Error("the operator did not take the way through a proxy");
  return {
    proxy,
    runs: async () => {
      const metric = await instance.registry.getSingleMetric("controller_runtime_reconcile_total")?.get();
      return (metric?.values ?? []).reduce((sum, { value }) => sum + value, 0);
    },
    kill: async () => {
      await proxy.close(); // first: what it still tries must not arrive
      void instance.kill(); // its timers end within seconds; the next one need not wait for them
    },
  };
}
