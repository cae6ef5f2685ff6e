import { agentPaths } from "@skypanel/control-plane/contract/agent.ts";
import { type StateSource, stateSource } from "@skypanel/crds/kinds/state-source.ts";
import { limits } from "@skypanel/crds/limits.ts";
import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import type { Registry } from "prom-client";
import type { Cluster } from "../kube/cluster.ts";
import type { Live } from "../kube/kube.ts";
import { resourceOf } from "../kube/resources.ts";
import type { Store } from "../kube/store.ts";
import { controlPlane } from "./control-plane.ts";
import { beat } from "./heartbeat.ts";
import type { IdentityKeeper } from "./identity.ts";
import { hubMetrics } from "./metrics.ts";
import { allItems, itemOf } from "./objects.ts";
import { join } from "./register.ts";
import { reports } from "./reports.ts";
import { kubernetesVersion, kubeSystemUid, registrationToken } from "./surroundings.ts";
import { survey } from "./survey.ts";
import { credential } from "./token.ts";
import { tunnel } from "./tunnel/link.ts";
import { logs } from "./tunnel/logs.ts";

export interface HubOptions {
  readonly url: URL;
  readonly cluster: Pick<Cluster, "kube" | "stream">;
  readonly store: Store;
  readonly keys: IdentityKeeper;
  /** Where the registration token is, while there is one. */
  readonly tokenFile: string | undefined;
  /** Called when desired state moved. */
  readonly poke: () => void;
  readonly operatorVersion: string;
  readonly namespace: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly registry: Registry;
}

/** The link to the control plane: everything in it is dialled from here. */
export interface Hub {
  /** Notes that an object of our kinds changed or went. */
  noticed(before: Live | undefined, after: Live | undefined): void;
  /** Where and as whom desired state is fetched, or why not: until we are registered. */
  remote(): { readonly url: string; readonly token: string } | { readonly why: string };
  /** Joins, then beats, reports and keeps the tunnel until aborted; begins anew when the credential is refused. */
  run(signal: AbortSignal): Promise<void>;
  /** One last try to report what waits. */
  flush(): Promise<void>;
}

const flushMs: Millis = 2_000;
const againMs: Millis = 1_000;
const notYet = "this cluster is not registered yet";

/** Composes the link. Nothing is sent before `run`. */
export function createHub(options: HubOptions): Hub {
  const { url, cluster, store, keys, clock, random, log, namespace } = options;
  const metrics = hubMetrics(options.registry);
  const shared = { clock, random, log, metrics };
  const signer = credential(keys.current, clock);
  const link = controlPlane(url, signer);
  const reporting = reports({ ...shared, controlPlane: link, list: () => allItems(store.reader, clock.now()) });
  const way = tunnel({
    ...shared,
    url,
    credential: signer,
    handlers: { poke: options.poke, logs: logs({ store, stream: cluster.stream, clock, log }) },
  });
  let waitsFor: string | undefined = keys.current().clusterId === undefined ? notYet : undefined;
  const source = () => store.reader.list<Live & StateSource>(resourceOf(stateSource))[0];

  const enter = async (signal: AbortSignal) => {
    const versions = { operator: options.operatorVersion, kubernetes: await kubernetesVersion(cluster) };
    const joining = {
      ...{ ...shared, controlPlane: link, identity: keys.current, remember: keys.remember, versions },
      kubeSystemUid: await kubeSystemUid(cluster.kube),
      readToken: () => registrationToken(options.tokenFile),
      onWaiting: (why: string) => {
        waitsFor = why;
      },
    };
    await join(joining, signal);
    waitsFor = undefined;
    metrics.registered.set(1);
    options.poke(); // desired state can be fetched from now on
    return versions;
  };
  const once = async (signal: AbortSignal): Promise<void> => {
    const versions = await enter(signal);
    const refused = new AbortController();
    const working = AbortSignal.any([signal, refused.signal]);
    const beating = beat(
      {
        ...{ controlPlane: link, versions, namespace, source, clock, log, metrics },
        survey: (until) => survey(cluster.kube, until),
        isTunnelOpen: way.isOpen,
        oldestPendingSeconds: reporting.oldestPendingSeconds,
      },
      working,
    ).finally(() => refused.abort(new Error("the credential was refused")));
    await Promise.all([beating, reporting.run(working), way.run(working)]);
    metrics.registered.set(0);
  };
  return {
    noticed: (before, after) => {
      const object = after ?? before;
      const item = object === undefined ? undefined : itemOf(object, store.reader, clock.now());
      if (item === undefined) return;
      if (after === undefined) reporting.gone(item);
      else reporting.changed(item);
    },
    remote: () => {
      if (waitsFor !== undefined) return { why: waitsFor };
      return { url: new URL(agentPaths.state, url).href, token: signer.token() };
    },
    run: async (signal) => {
      while (!signal.aborted) {
        await once(signal).catch((error: unknown) => {
          if (!signal.aborted) log.error({ err: error }, "the link to the control plane failed");
        });
        await clock.sleep(againMs, signal).catch(() => undefined); // aborted: the loop ends
      }
    },
    flush: async () => {
      const deadline = AbortSignal.timeout(Math.min(flushMs, limits.stop.operatorMillis));
      await reporting.flush(deadline).catch((error: unknown) => log.debug({ err: error }, "reports stay unsent"));
    },
  };
}
