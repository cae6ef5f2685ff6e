import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type App, app } from "@skypanel/crds/kinds/app.ts";
import { tenant } from "@skypanel/crds/kinds/tenant.ts";
import { type OpenCluster, openCluster } from "@skypanel/local-cluster/cluster/open.ts";
import { startComponent } from "@skypanel/local-cluster/cluster/start-component.ts";
import { apiServer } from "@skypanel/local-cluster/components/api-server.ts";
import { etcd } from "@skypanel/local-cluster/components/etcd.ts";
import { daemonPid } from "@skypanel/local-cluster/machine/daemons.ts";
import { signal } from "@skypanel/local-cluster/machine/process-group.ts";
import { createProgress } from "@skypanel/local-cluster/machine/progress.ts";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Hands, handsAtWork } from "../../operator/src/hands-at-work.ts";
import { type Installation, installationAtWork } from "../../operator/src/installation-at-work.ts";
import type { Live, Ref } from "../../operator/src/kube/kube.ts";
import { deployments, resourceOf, serviceAccounts } from "../../operator/src/kube/resources.ts";
import { isWrite } from "../fault-proxy/call.ts";
import { type FaultProxy, startFaultProxy } from "../fault-proxy/fault-proxy.ts";
import { type OperatorProcess, operatorProcess } from "../harness/operator-process.ts";
import { hello, web, within } from "./tenant-at-work.ts";

type LiveApp = Live & App;

const shard = `outage-${randomUUID().slice(0, 8)}`;
const namespace = `sp-${shard}`;
const deployment: Ref = { resource: deployments, namespace, name: "steady-web" };
const steady: Ref = { resource: resourceOf(app), namespace, name: "steady" };
const mostPerSecond = 10;
const grownMiB = 30;
let cluster: OpenCluster;
let hands: Hands;
let installation: Installation;
let proxy: FaultProxy;
let operator: OperatorProcess;
let isOver = false;

/** Starts the operator whenever it has ended, as the kubelet would. */
async function keepRunning(): Promise<void> {
  while (!isOver) {
    await operator.ended();
    if (!isOver) operator = await started();
  }
}
const started = () => operatorProcess(installation, shard, proxy);
async function deploy(stage: string): Promise<void> {
  const variables = [{ name: "STAGE", value: stage }];
  await hands.apply(app, "steady", { source: hello, variables, processes: [{ ...web, replicas: 0 }] }, namespace);
}
const shows = (stage: string) =>
  vi.waitFor(async () => {
    expect(JSON.stringify(await hands.find<Live>(deployment))).toContain(`"value":"${stage}"`);
  }, within);

/** Ends a program of the cluster at once, and starts it again after `ms`. */
async function kill(name: "kube-apiserver" | "etcd", ms: number): Promise<void> {
  const { plan, programs } = cluster;
  const kubernetes = await programs.kubernetes;
  signal(daemonPid(name, plan.run) ?? expect.unreachable(`${name} does not run`), "SIGKILL");
  await systemClock.sleep(ms); // how long it is gone
  const component = name === "etcd" ? etcd(plan, kubernetes, false) : apiServer(plan, kubernetes);
  await startComponent(plan, component, { keep: false, signal: new AbortController().signal });
}
/** Stops the API server without ending it: connections stay open and say nothing. */
async function stop(ms: number): Promise<void> {
  const pid = daemonPid("kube-apiserver", cluster.plan.run) ?? expect.unreachable("the API server does not run");
  signal(pid, "SIGSTOP");
  await systemClock.sleep(ms); // how long it is silent
  signal(pid, "SIGCONT");
}
async function memoryMiB(): Promise<number> {
  const status = await readFile(`/proc/${operator.pid}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024);
}

beforeAll(async () => {
  const progress = createProgress((line) => process.stderr.write(line));
  cluster = await openCluster({ name: "outage", keep: false, durable: false, exposedPorts: [] }, progress);
  await cluster.ready;
  hands = await handsAtWork(cluster.plan.kubeconfig, { "paas.skypanel.io/shard": shard });
  installation = await installationAtWork(cluster.plan.kubeconfig, hands);
  const { url: target, ca } = installation.server;
  proxy = await startFaultProxy({ arrow: "kube", target, ca });
  operator = await started();
  void keepRunning();
  await operator.said("leading");
  await hands.apply(tenant, shard, {});
  const account = { resource: serviceAccounts, namespace, name: "default" };
  await vi.waitFor(async () => expect(await hands.find(account)).toBeDefined(), within);
  await deploy("first");
  await shows("first");
});
afterAll(async () => {
  isOver = true;
  operator?.signal("SIGKILL");
  await operator?.ended();
  await proxy?.close();
  await hands?.close();
  await cluster?.stop();
});

describe("T-F06 the API server and its store on a bad day", () => {
  it.each<readonly [string, number, (ms: number) => Promise<void>]>([
    ["a killed API server", 1_000, (ms) => kill("kube-apiserver", ms)],
    ["a killed API server", 30_000, (ms) => kill("kube-apiserver", ms)],
    ["a silent API server", 30_000, stop],
    ["a killed store", 1_000, (ms) => kill("etcd", ms)],
    ["a killed store", 20_000, (ms) => kill("etcd", ms)],
  ])("%s, %i ms: all is done once, in little memory, with few calls", async (what, ms, harm) => {
    const memoryBefore = await memoryMiB();
    const before = proxy.calls().length;
    const began = performance.now();
    const stage = `${what.replaceAll(" ", "-")}-${ms}`;
    const harmed = deploy(stage).then(() => harm(ms)); // while the operator is at work on it
    await harmed;
    const back = performance.now();
    const calls = proxy.calls().length - before;
    await shows(stage);
    const recovered = performance.now();
    await vi.waitFor(async () => expect((await operator.ask("/readyz")).status).toBe(200), within);
    await vi.waitFor(async () => {
      const { metadata, status } = (await hands.find<LiveApp>(steady)) ?? {};
      expect(status?.observedGeneration).toBe(metadata?.generation);
    }, within);
    const quiet = () => proxy.calls().filter(isWrite).length;
    const writes = quiet();
    for (let n = 0; n < 50; n += 1) await hands.find(deployment);
    const seen = {
      recoveryS: ((recovered - back) / 1_000).toFixed(1),
      callsPerS: (calls / ((back - began) / 1_000)).toFixed(1),
      memoryMiB: [memoryBefore, await memoryMiB()],
    };
    process.stderr.write(`${stage}: ${JSON.stringify(seen)}\n`);
    expect(quiet(), "writes once it is quiet").toBe(writes);
    expect(await memoryMiB()).toBeLessThanOrEqual(memoryBefore + grownMiB);
    if (ms >= 20_000) expect(Number(seen.callsPerS)).toBeLessThanOrEqual(mostPerSecond);
  });
});
