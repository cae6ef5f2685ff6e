import { randomUUID } from "node:crypto";
import { app } from "@skypanel/crds/kinds/app.ts";
import { tenant } from "@skypanel/crds/kinds/tenant.ts";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { type Hands, handsAtWork } from "../../operator/src/hands-at-work.ts";
import { type Installation, installationAtWork } from "../../operator/src/installation-at-work.ts";
import type { Live } from "../../operator/src/kube/kube.ts";
import { leases } from "../../operator/src/kube/lease.ts";
import { serviceAccounts } from "../../operator/src/kube/resources.ts";
import { type FaultProxy, startFaultProxy } from "../fault-proxy/fault-proxy.ts";
import { type OperatorProcess, operatorProcess } from "../harness/operator-process.ts";
import { hello, web, within } from "./tenant-at-work.ts";

const shard = `stop-${randomUUID().slice(0, 8)}`;
const started: OperatorProcess[] = [];
let hands: Hands;
let installation: Installation;
let proxy: FaultProxy;

async function start(): Promise<OperatorProcess> {
  const child = await operatorProcess(installation, shard, proxy);
  started.push(child);
  return child;
}

async function leading(): Promise<OperatorProcess> {
  const child = await start();
  await child.said("leading");
  return child;
}

async function holder(): Promise<string | undefined> {
  const ref = { resource: leases, namespace: installation.namespace, name: installation.account };
  return (await hands.find<Live & { spec?: { holderIdentity?: string } }>(ref))?.spec?.holderIdentity;
}

beforeAll(async () => {
  hands = await handsAtWork(inject("kubeconfig"), { "paas.skypanel.io/shard": shard });
  installation = await installationAtWork(inject("kubeconfig"), hands);
  const { url, ca } = installation.server;
  proxy = await startFaultProxy({ arrow: "kube", target: url, ca });
});

afterEach(async () => {
  proxy.heal();
  for (const child of started.splice(0)) {
    child.signal("SIGKILL");
    await child.ended();
  }
});

afterAll(async () => {
  await hands.tidy();
  await installation.remove();
  await proxy.close();
  await hands.close();
});

describe("an operator that is told to end exits with 0, which says: within its 10 s", () => {
  it("while there is no API yet, which it waits for without being called dead", async () => {
    proxy.arm({ match: { open: true }, action: { type: "refuse" } });
    const child = await start();
    expect(await child.ask("/healthz")).toEqual({ status: 200, body: "ok\n" });
    expect(await child.ask("/readyz")).toMatchObject({ status: 503 });
    child.signal("SIGTERM");
    expect(await child.ended()).toBe(0);
  });

  it("after an outage at its start, once it works", async () => {
    const heal = proxy.arm({ match: { open: true }, action: { type: "refuse" } });
    const child = await start();
    heal();
    await child.said("leading");
    expect(await child.ask("/readyz")).toEqual({ status: 200, body: "ok\n" });
    child.signal("SIGTERM");
    expect(await child.ended()).toBe(0);
    expect(await holder()).toBe("");
  });

  it("while its caches fill", async () => {
    proxy.arm({ match: { verb: "/list|watch/", resource: "deployments" }, action: { type: "hold" } });
    const child = await start();
    await child.said("lease taken");
    await vi.waitFor(async () => {
      expect(await child.ask("/readyz")).toEqual({ status: 503, body: "deployments.apps not synced\n" });
    }, within);
    child.signal("SIGTERM");
    expect(await child.ended()).toBe(0);
    expect(await holder()).toBe("");
  });

  it("on standby, and leaves the lease to its holder", async () => {
    await leading();
    const before = await holder();
    const standby = await start();
    await standby.said("caches are whole");
    expect(await standby.ask("/readyz")).toEqual({ status: 200, body: "ok\n" });
    standby.signal("SIGTERM");
    expect(await standby.ended()).toBe(0);
    expect([before === "", await holder()]).toEqual([false, before]);
  });

  it("with a write on its way that gets no answer", async () => {
    const child = await leading();
    await hands.apply(tenant, shard, {});
    const account = { resource: serviceAccounts, namespace: `sp-${shard}`, name: "default" };
    await vi.waitFor(async () => expect(await hands.find(account)).toBeDefined(), within);
    const met = Promise.withResolvers<void>();
    proxy.arm({ match: { verb: "apply", resource: "deployments" }, action: { type: "hold" } }, () => met.resolve());
    await hands.apply(app, "slow", { source: hello, processes: [{ ...web, replicas: 0 }] }, `sp-${shard}`);
    await met.promise;
    child.signal("SIGTERM");
    expect(await child.ended()).toBe(0);
    expect(await holder()).toBe("");
  });

  it("while the API is away, which is no reason to call it dead", async () => {
    const child = await leading();
    proxy.arm({ match: { open: true }, action: { type: "refuse" } });
    expect(await child.ask("/healthz")).toEqual({ status: 200, body: "ok\n" });
    child.signal("SIGTERM");
    expect(await child.ended()).toBe(0);
  });
});
