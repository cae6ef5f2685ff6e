import { type Clock, systemClock } from "@skypanel/runtime/clock.ts";
import { createLog } from "@skypanel/runtime/log.ts";
import { Registry } from "prom-client";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { type Hands, handsAtWork } from "../../operator/src/hands-at-work.ts";
import { type Installation, installationAtWork } from "../../operator/src/installation-at-work.ts";
import type { Kube, Live, Ref, Resource } from "../../operator/src/kube/kube.ts";
import { type Access, accessSource } from "../../operator/src/kube/kubeconfig.ts";
import { kubeMetrics } from "../../operator/src/kube/metrics.ts";
import { secrets } from "../../operator/src/kube/resources.ts";
import { restKube } from "../../operator/src/kube/rest-kube.ts";
import { openTransport } from "../../operator/src/kube/transport.ts";
import { startFaultProxy } from "../fault-proxy/fault-proxy.ts";

const within = { timeout: 120_000, interval: 50 };
const minuteMs = 60_000;
const leases: Resource = {
  ...{ group: "coordination.k8s.io", version: "v1", kind: "Lease", plural: "leases", namespaced: true },
};
const ends: (() => Promise<unknown>)[] = [];
let hands: Hands;
let installation: Installation;
let account: Access;

/** The one object the account may write here. */
const lease = (): Ref => ({ resource: leases, namespace: installation.namespace, name: "skypanel-operator" });

/** A transport with the rights of the operator's account, as `read` gives them; what it measured so far. */
async function aTransport(read: () => Access, clock: Clock = systemClock) {
  const registry = new Registry();
  const transport = await openTransport({
    source: { name: "test", read: async () => read() },
    ...{ clock, random: Math.random, pool: "requests", connections: 8, metrics: kubeMetrics(registry) },
    log: createLog({ name: "reads", level: "error" }),
  });
  ends.push(() => transport.destroy());
  const sum = async (metric: string, label: string, value: string) => {
    const values = (await registry.getSingleMetric(metric)?.get())?.values ?? [];
    return values.filter(({ labels }) => labels[label] === value).reduce((total, one) => total + one.value, 0);
  };
  return {
    kube: restKube(transport),
    connections: () => sum("skypanel_connections_opened_total", "pool", "requests"),
    answers: (code: string) => sum("rest_client_requests_total", "code", code),
  };
}

/** Eight who read and write without pause, until told to stop; what failed of it. */
function load(kube: Kube) {
  const state = { calls: 0, isOver: false };
  const failures: string[] = [];
  const one = async (n: number): Promise<void> => {
    if (state.isOver) return;
    const { name, namespace = "" } = lease();
    const body = { metadata: { name, namespace }, spec: { holderIdentity: `${n}-${state.calls}` } };
    const call =
      n % 2 === 0 ? kube.get(lease()) : kube.apply(lease(), body, { manager: "skypanel-lease", force: true });
    await call.catch((error: Error) => failures.push(error.message));
    state.calls += 1;
    return one(n);
  };
  const running = Promise.all(Array.from({ length: 8 }, (_, n) => one(n)));
  return {
    /** Waits for that many more calls. */
    goesOn: async (calls: number) => {
      const until = state.calls + calls;
      await vi.waitFor(() => expect(state.calls).toBeGreaterThanOrEqual(until), within);
    },
    stop: async () => {
      state.isOver = true;
      await running;
      return failures;
    },
  };
}

beforeAll(async () => {
  hands = await handsAtWork(inject("kubeconfig"), {});
  installation = await installationAtWork(inject("kubeconfig"), hands);
  account = await accessSource({ KUBECONFIG: await installation.kubeconfig() }).read();
  const { name, namespace = "" } = lease();
  const body = { metadata: { name, namespace }, spec: { holderIdentity: "nobody" } };
  await hands.kube.apply(lease(), body, { manager: "skypanel-lease", force: true });
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
afterAll(async () => {
  await installation.remove();
  await hands.close();
});

describe("the transport on a real cluster", () => {
  it("makes 3,000 calls on at most 8 connections", async () => {
    const { kube, connections, answers } = await aTransport(() => account);
    await Promise.all(Array.from({ length: 3_000 }, () => kube.get(lease(), { metadataOnly: true })));
    expect(await answers("200")).toBe(3_000);
    expect(await connections()).toBeLessThanOrEqual(8);
  });

  it("loses no call when its token is exchanged and the old one revoked", async () => {
    const ref: Ref = { resource: secrets, namespace: installation.namespace, name: "skypanel-operator-token" };
    const next: Ref = { ...ref, name: "skypanel-operator-next" };
    let current = account;
    const { kube, answers } = await aTransport(() => current);
    const work = load(kube);
    await work.goesOn(100);
    current = { ...account, token: await tokenIn(next) };
    await hands.remove(ref);
    await vi.waitFor(async () => expect(await answers("401")).toBeGreaterThan(0), within);
    await work.goesOn(200);
    expect(await work.stop()).toEqual([]);
    const old = await aTransport(() => account);
    await expect(old.kube.get(lease())).rejects.toMatchObject({ kind: "unauthorized" });
    account = current;
  });

  it("loses no call when server and authority are exchanged", async () => {
    const { url: target, ca } = installation.server;
    const proxy = await startFaultProxy({ arrow: "kube", target, ca });
    ends.push(proxy.close);
    const places: readonly Access[] = [account, { ...account, server: proxy.url, ca: proxy.ca }];
    let reads = 0;
    const isMinute = (ms: number) => ms === minuteMs;
    const { kube, connections } = await aTransport(() => places[reads++ % 2] ?? account, {
      ...systemClock,
      setTimer: (ms, run) => systemClock.setTimer(isMinute(ms) ? 200 : ms, run), // a short minute between two readings
    });
    const work = load(kube);
    await vi.waitFor(() => expect(reads).toBeGreaterThan(10), within);
    await work.goesOn(100);
    expect(await work.stop()).toEqual([]);
    expect(proxy.calls().length).toBeGreaterThan(0);
    expect(await connections()).toBeGreaterThan(8);
  });
});

/** A second token of the account: the cluster fills the Secret in. */
async function tokenIn(ref: Ref): Promise<string> {
  const annotations = { "kubernetes.io/service-account.name": installation.account };
  const metadata = { name: ref.name, namespace: ref.namespace ?? "", annotations };
  const body = { metadata, type: "kubernetes.io/service-account-token" };
  await hands.kube.apply(ref, body, { manager: "skypanel-state", force: true });
  const token = async () => (await hands.kube.get<Live & { data?: { token?: string } }>(ref)).data?.token;
  await vi.waitFor(async () => expect(await token()).toBeDefined(), within);
  return Buffer.from((await token()) ?? "", "base64").toString();
}
