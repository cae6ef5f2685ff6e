import { randomUUID } from "node:crypto";
import { app } from "@skypanel/crds/kinds/app.ts";
import { tenant } from "@skypanel/crds/kinds/tenant.ts";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { type Hands, handsAtWork } from "../../operator/src/hands-at-work.ts";
import { type Installation, installationAtWork } from "../../operator/src/installation-at-work.ts";
import type { Live, Ref } from "../../operator/src/kube/kube.ts";
import { deployments, serviceAccounts } from "../../operator/src/kube/resources.ts";
import { type FaultProxy, startFaultProxy } from "../fault-proxy/fault-proxy.ts";
import { type OperatorProcess, operatorProcess } from "../harness/operator-process.ts";
import { hello, web, within } from "./tenant-at-work.ts";

const shard = `pause-${randomUUID().slice(0, 8)}`;
const namespace = `sp-${shard}`;
const deployment: Ref = { resource: deployments, namespace, name: "steady-web" };
const children: OperatorProcess[] = [];
let hands: Hands;
let installation: Installation;
let first: FaultProxy;
let second: FaultProxy;

async function start(proxy: FaultProxy): Promise<OperatorProcess> {
  const child = await operatorProcess(installation, shard, proxy);
  children.push(child);
  return child;
}

async function deploy(stage: string): Promise<void> {
  const variables = [{ name: "STAGE", value: stage }];
  await hands.apply(app, "steady", { source: hello, variables, processes: [{ ...web, replicas: 0 }] }, namespace);
}

async function shows(stage: string): Promise<void> {
  await vi.waitFor(async () => {
    expect(JSON.stringify(await hands.find<Live>(deployment))).toContain(`"value":"${stage}"`);
  }, within);
}

beforeAll(async () => {
  hands = await handsAtWork(inject("kubeconfig"), { "paas.skypanel.io/shard": shard });
  installation = await installationAtWork(inject("kubeconfig"), hands);
  const { url, ca } = installation.server;
  first = await startFaultProxy({ arrow: "first", target: url, ca });
  second = await startFaultProxy({ arrow: "second", target: url, ca });
});

afterAll(async () => {
  for (const child of children) {
    child.signal("SIGKILL");
    await child.ended();
  }
  await hands.tidy();
  await installation.remove();
  await Promise.all([first.close(), second.close(), hands.close()]);
});

describe("a leader that is stopped for longer than its lease", () => {
  it("T-F14 finds itself replaced, changes nothing more, and ends", async () => {
    const leader = await start(first);
    await leader.said("leading");
    await hands.apply(tenant, shard, {});
    const account = { resource: serviceAccounts, namespace, name: "default" };
    await vi.waitFor(async () => expect(await hands.find(account)).toBeDefined(), within);
    await deploy("first");
    await shows("first");

    const met = Promise.withResolvers<void>();
    const match = { verb: "apply", resource: "deployments", namespace };
    const release = first.arm({ match, action: { type: "hold" } }, () => met.resolve());
    await deploy("second");
    await met.promise;
    leader.signal("SIGSTOP");
    const other = await start(second);
    await other.said("leading"); // 15 s of silence later
    await deploy("third");
    await shows("third");

    const last = first.calls().at(-1)?.n ?? 0;
    release();
    leader.signal("SIGCONT");
    expect(await leader.ended()).toBe(1);
    await shows("third");
    const changes = first.calls().filter(({ n, verb, status = 0 }) => n > last && verb !== "get" && status < 300);
    expect(changes.filter(({ verb }) => verb === "apply" || verb === "delete")).toEqual([]);
  });
});
