import { randomUUID } from "node:crypto";
import { engineer, type Hands, handsAtWork } from "../../operator/src/hands-at-work.ts";
import { identityOf, makeKeys } from "../../operator/src/hub/keys.ts";
import { installationAtWork } from "../../operator/src/installation-at-work.ts";
import type { Ref } from "../../operator/src/kube/kube.ts";
import { leases } from "../../operator/src/kube/lease.ts";
import { secrets } from "../../operator/src/kube/resources.ts";
import { operatorAtWork, type Through } from "../../operator/src/operator-at-work.ts";
import type { ClusterKey } from "../../operator/src/sealed/unseal.ts";
import { type FaultProxy, startFaultProxy } from "../fault-proxy/fault-proxy.ts";
import { processesOf } from "./processes.ts";
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
interface Starting {
  readonly hands: Hands;
  /** Where the operator holds its lease. */
  readonly lease: { readonly namespace: string; readonly name: string };
  start(): Promise<Running>;
  stop(): Promise<void>;
}

/** Opens a lane with operators that `starting` starts, and claims its tenant. */
async function openLane(starting: Starting, key: ClusterKey): Promise<Lane> {
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
    stop: async () => {
      await starting.stop();
      await (await running)?.kill();
    },
  };
}

/** A word that is part of no other: dumps show something else in its place. */
function freshName(prefix: string): string {
  return `${prefix}${randomUUID().slice(0, 8)}`;
}

/** Opens a lane whose operators run in this process, each behind a proxy of its own. */
export async function laneInProcess(kubeconfig: string): Promise<Lane> {
  const key = await freshKey();
  let proxy: FaultProxy | undefined;
  const way: Through = async ({ url: target, ca }) => {
    proxy = await startFaultProxy({ arrow: "kube", target, ca });
    return proxy;
  };
  const operator = await operatorAtWork(kubeconfig, () => key, way);
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

/** Opens a lane whose operators are processes of their own, to be ended by a real SIGKILL. */
export async function laneOfProcesses(kubeconfig: string): Promise<Lane> {
  const shard = freshName("sweep");
  const hands = await handsAtWork(kubeconfig, { "paas.skypanel.io/shard": shard });
  const installation = await installationAtWork(kubeconfig, hands);
  const { namespace, account } = installation;
  const keys = await makeKeys();
  const clusterId = randomUUID();
  await keep(hands, namespace, { "identity.pem": keys.pem, "age.txt": keys.age, "cluster-id": clusterId });
  const stop = async () => {
    await hands.tidy();
    await installation.remove();
    await hands.close();
  };
  const lease = { namespace, name: account };
  return openLane({ hands, lease, start: processesOf(installation, shard), stop }, await identityOf(keys, clusterId));
}

/** The operator's own Secret, so that the test can seal to its key. */
async function keep({ kube }: Hands, namespace: string, values: Readonly<Record<string, string>>): Promise<void> {
  const ref: Ref = { resource: secrets, namespace, name: "skypanel-operator-identity" };
  const data = Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
  await kube.apply(ref, { metadata: { name: ref.name, namespace }, data: Object.fromEntries(data) }, engineer);
}

const freshKey = async () => identityOf(await makeKeys(), randomUUID());
