import { randomUUID } from "node:crypto";
import type { Hands } from "../../operator/src/hands-at-work.ts";
import { identityOf, makeKeys } from "../../operator/src/hub/keys.ts";
import type { Ref } from "../../operator/src/kube/kube.ts";
import { operatorAtWork } from "../../operator/src/operator-at-work.ts";
import type { ClusterKey } from "../../operator/src/sealed/unseal.ts";
import { type FaultProxy, startFaultProxy } from "../fault-proxy/fault-proxy.ts";
import { type Running, runningIn } from "./running.ts";
import type { Scenario } from "./scenarios.ts";
import { untilDone } from "./settled.ts";
import { type Stage, stageOf } from "./stage.ts";

/** One operator and one tenant, in which runs follow each other; several lanes run side by side. */
export interface Lane {
  /** A stage nobody has been on. A scenario that brings its tenant gets a fresh one. */
  stage(scenario: Scenario): Stage;
  /** The operator that runs now; after a kill another one, started when first asked for. */
  running(): Promise<Running>;
  /** Ends the operator that runs as SIGKILL does. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** What a lane needs to start operators and to forget the dead. */
export interface Starting {
  readonly hands: Hands;
  /** Where the operator holds its lease. */
  readonly lease: { readonly namespace: string; readonly name: string };
  start(): Promise<Running>;
  stop(): Promise<void>;
}

const leases = { group: "coordination.k8s.io", version: "v1", kind: "Lease", plural: "leases", namespaced: true };

/** Opens a lane with operators that `starting` starts, and claims its tenant. */
export async function openLane(starting: Starting, key: ClusterKey): Promise<Lane> {
  const { hands } = starting;
  const tenant = freshName("t");
  const lease: Ref = { resource: leases, ...starting.lease };
  let running: Promise<Running> | undefined = starting.start();
  const claimed = stageOf({ hands, key, tenant, name: "first" });
  await claimed.claim();
  await untilDone({ running: await running, stage: claimed, after: 0 });
  const start = async () => {
    await hands.remove(lease); // as if it had run out: what is swept is the work, not the wait for it
    return starting.start();
  };
  return {
    stage: ({ isTenant }) => {
      const name = freshName("a");
      return stageOf({ hands, key, tenant: isTenant ? name : tenant, name });
    },
    running: () => {
      running ??= start();
      return running;
    },
    kill: async () => {
      await (await running)?.kill();
      running = undefined;
    },
    stop: starting.stop,
  };
}

/** A word that is part of no other: dumps show something else in its place. */
function freshName(prefix: string): string {
  return `${prefix}${randomUUID().slice(0, 8)}`;
}

/** Opens a lane whose operators run in this process, each behind a proxy of its own. */
export async function laneInProcess(kubeconfig: string): Promise<Lane> {
  const key = await identityOf(await makeKeys(), randomUUID());
  let proxy: FaultProxy | undefined;
  const operator = await operatorAtWork(
    kubeconfig,
    () => key,
    async ({ url: target, ca }) => {
      proxy = await startFaultProxy({ arrow: "kube", target, ca });
      return proxy;
    },
  );
  const { hands, installation } = operator;
  let isFirst = true;
  const start = async () => {
    const instance = isFirst ? operator.instance : await operator.start();
    isFirst = false;
    await instance.manager.leading;
    return runningIn(instance, proxy);
  };
  const lease = { namespace: installation.namespace, name: installation.account };
  return openLane({ hands, lease, start, stop: operator.stop }, key);
}
