import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { createLog } from "@skypanel/runtime/log.ts";
import express from "express";
import { createLinks, type Links } from "../../control-plane/src/agent/links.ts";
import { pokes } from "../../control-plane/src/agent/poke.ts";
import { agentRouter } from "../../control-plane/src/agent/routes.ts";
import { clusterServices } from "../../control-plane/src/agent/services.ts";
import { tunnelUpgrade } from "../../control-plane/src/agent/tunnel.ts";
import { listen } from "../../control-plane/src/db/notify.ts";
import { materialiser } from "../../control-plane/src/desired/materialise.ts";
import { stateServer } from "../../control-plane/src/desired/serve.ts";
import { createCluster } from "../../control-plane/src/services/fleet/clusters.ts";
import { type ControlPlane, controlPlane } from "../../operator/src/hub/control-plane.ts";
import { type Identity, identityOf, makeKeys } from "../../operator/src/hub/keys.ts";
import { type Credential, credential } from "../../operator/src/hub/token.ts";
import { type TestDatabase, testDatabase } from "./postgres.ts";

/** A cluster's own half of the protocol, as its operator would hold it. */
export interface Worker {
  identity: Identity;
  credential: Credential;
  controlPlane: ControlPlane;
}

/** The control plane's side of the agent protocol on a loopback port, with a database of its own. */
export interface AgentWorld {
  url: URL;
  database: TestDatabase;
  links: Links;
  /** Creates a cluster and returns its registration token. */
  issue(slug: string): Promise<string>;
  /** A worker with fresh keys that nobody knows yet; `clusterId` is what its tokens will claim. */
  worker(clusterId?: string): Promise<Worker>;
  /** A worker that signs as `identity`. */
  signedBy(identity: Identity): Worker;
  /** A worker that is registered. */
  joined(slug: string): Promise<Worker & { clusterId: string }>;
  close(): Promise<void>;
}

export const versions = { operator: "0.1.0", kubernetes: "v1.35.4" };

const silent = createLog({ name: "test", level: "silent" });
const system = { kind: "system", id: null, name: "test", email: null, address: null, requestId: null } as const;

/** Starts it; bugs are collected and thrown by `close`, so none goes unseen. */
export async function agentWorld(): Promise<AgentWorld> {
  const database = await testDatabase();
  const { pool } = database;
  const scratch = await mkdtemp(join(tmpdir(), "skypanel-agent-"));
  const bugs: unknown[] = [];
  const stopping = new AbortController();
  const services = clusterServices({ pool, reseal: async () => {} });
  const links = createLinks();
  const server = createServer(
    express().use(
      agentRouter({
        services,
        state: stateServer(materialiser({ pool, scratch })),
        rates: { countAddress: async () => {} },
        now: systemClock.now,
        monotonic: systemClock.monotonic,
        onBug: (error) => bugs.push(error),
      }),
    ),
  );
  server.on(
    "upgrade",
    tunnelUpgrade({ findKey: services.findKey, now: systemClock.now, links, clock: systemClock, log: silent }),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // listening on TCP
  const url = new URL(`http://127.0.0.1:${port}`);
  const listening = listenFor(database.url, links, stopping.signal);
  await listening.ready;

  const issue = async (slug: string) => {
    const body = { slug, name: slug, region: "here", baseDomain: "localhost", labels: {} };
    const ingress = { class: "traefik", namespace: "traefik", port: 80, tls: false };
    const deps = { pool, publicUrl: url.origin, operatorChart: "skypanel-operator" };
    return (await createCluster(deps, system, { ...body, ingress })).registration.token;
  };
  const worker = async (clusterId?: string) => workerFor(url, await identityOf(await makeKeys(), clusterId));
  return {
    url,
    database,
    links,
    issue,
    worker,
    signedBy: (identity) => workerFor(url, identity),
    joined: async (slug) => {
      const fresh = await worker();
      const { clusterId } = await register(fresh, await issue(slug));
      return { ...workerFor(url, { ...fresh.identity, clusterId }), clusterId };
    },
    close: async () => {
      stopping.abort();
      links.closeAll();
      server.close();
      server.closeAllConnections();
      await listening.ended;
      await database.close();
      await rm(scratch, { recursive: true, force: true });
      if (bugs.length > 0) throw new AggregateError(bugs, "the control plane met bugs");
    },
  };
}

function workerFor(url: URL, identity: Identity): Worker {
  const signer = credential(() => identity, systemClock);
  return { identity, credential: signer, controlPlane: controlPlane(url, signer) };
}

/** Presents `token` with the worker's keys. */
export function register({ identity, controlPlane: to }: Worker, token: string, kubeSystemUid = crypto.randomUUID()) {
  const { publicKey, ageRecipient } = identity;
  return to.register(token, { publicKey, ageRecipient, kubeSystemUid, versions }, AbortSignal.timeout(10_000));
}

function listenFor(databaseUrl: string, links: Links, signal: AbortSignal) {
  const { moved, missed } = pokes(links, () => {});
  let isReady: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const ended = listen({
    url: databaseUrl,
    channels: ["desired"],
    onMessage: (_channel, clusterId) => moved(clusterId),
    onConnected: () => {
      missed();
      isReady();
    },
    onError: () => {},
    sleep: systemClock.sleep,
    signal,
  });
  return { ready, ended };
}
