import { randomUUID } from "node:crypto";
import { type Tenant, tenant } from "@skypanel/crds/kinds/tenant.ts";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import type { JsonObject, Live, Ref } from "../kube/kube.ts";
import {
  limitRanges,
  namespaces,
  networkPolicies,
  pods,
  resourceOf,
  resourceQuotas,
  roleBindings,
} from "../kube/resources.ts";
import { type OperatorAtWork, operatorAtWork } from "../operator-at-work.ts";

const name = `t${randomUUID().slice(0, 8)}`;
const run = `sp-${name}`;
const events = { group: "events.k8s.io", version: "v1", kind: "Event", plural: "events", namespaced: true };
const within = { timeout: 60_000, interval: 200 };
let operator: OperatorAtWork;

const tenantRef = (of: string): Ref => ({ resource: resourceOf(tenant), name: of });
const find = (of: string) => operator.find<Live & Tenant>(tenantRef(of));
const phase = async (of: string, wanted: string) =>
  vi.waitFor(async () => expect((await find(of))?.status?.phase).toBe(wanted), within);

beforeAll(async () => {
  operator = await operatorAtWork(inject("kubeconfig"), () => {
    throw new Error("no value is opened here");
  });
  await operator.apply(tenant, name, {});
  await phase(name, "Active");
});

afterAll(() => operator.stop());

function aPod(more: object): JsonObject {
  const resources = { limits: { cpu: "10m", memory: "16Mi" } };
  const container = {
    ...{ name: "c", image: "localhost/skypanel/hello:1", resources },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  };
  const spec = {
    ...{ containers: [container], automountServiceAccountToken: false },
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  };
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: run }, spec: { ...spec, ...more } };
}

const podRef: Ref = { resource: pods, namespace: run, name: "p" };
const as = { manager: "skypanel-state", force: true } as const;

describe("a tenant on a real cluster", () => {
  it("has its namespaces, bounds and policies", async () => {
    for (const namespace of [run, `${run}-builds`]) {
      for (const [resource, part] of [
        [resourceQuotas, "quota"],
        [limitRanges, "limits"],
        [roleBindings, "operator"],
        [networkPolicies, "default-deny"],
        [networkPolicies, "egress"],
      ] as const) {
        expect(await operator.find({ resource, namespace, name: `skypanel.${part}` })).toBeDefined();
      }
    }
    await vi.waitFor(async () => {
      expect((await find(name))?.status).toMatchObject({ namespace: run, usage: { pods: "0" } });
    }, within);
  });

  it("is told of by an event in `default`, where the API keeps those of cluster-scoped objects", async () => {
    await vi.waitFor(async () => {
      const told: Live[] = [];
      for await (const { items } of operator.kube.list(events, { limit: 500 })) told.push(...items);
      expect(told).toContainEqual(
        expect.objectContaining({
          metadata: expect.objectContaining({ namespace: "default" }),
          regarding: expect.objectContaining({ kind: "Tenant", name }),
          reason: "Running",
        }),
      );
    }, within);
  });

  it("T-F08 is written no more once it is as it should be", async () => {
    const version = async () => (await operator.find({ resource: namespaces, name: run }))?.metadata.resourceVersion;
    const before = [await version(), (await find(name))?.metadata.resourceVersion];
    operator.manager.poke(resourceOf(tenant), name);
    await vi.waitFor(() => expect(operator.manager.backlog()).toBeLessThanOrEqual(1), within);
    expect([await version(), (await find(name))?.metadata.resourceVersion]).toEqual(before);
  });

  it.each([
    ["a privileged pod", { containers: [{ name: "c", image: "x", securityContext: { privileged: true } }] }],
    ["a pod on the machine's network", { hostNetwork: true }],
    ["a pod that reads the machine's files", { volumes: [{ name: "v", hostPath: { path: "/" } }] }],
    ["a pod as root", { securityContext: { runAsUser: 0 } }],
  ])("T-A14 refuses %s", async (_, more) => {
    await expect(operator.kube.apply(podRef, aPod(more), as)).rejects.toMatchObject({ kind: "forbidden" });
  });

  it("refuses more than its quota", async () => {
    const small = `${name}q`;
    await operator.apply(tenant, small, { quota: { pods: 1, cpu: "100m", memory: "64Mi" } });
    await phase(small, "Active");
    const ref = { ...podRef, namespace: `sp-${small}` };
    const body = aPod({ schedulerName: "nobody" });
    const place = (of: string) => ({ ...body, metadata: { name: of, namespace: `sp-${small}` } });
    await operator.kube.apply({ ...ref, name: "one" }, place("one"), as);
    await expect(operator.kube.apply({ ...ref, name: "two" }, place("two"), as)).rejects.toMatchObject({
      kind: "quota",
    });
  });

  it("T-F05 puts right what somebody removes", async () => {
    const ref: Ref = { resource: networkPolicies, namespace: run, name: "skypanel.default-deny" };
    const uid = (await operator.find(ref))?.metadata.uid;
    await operator.remove(ref);
    await vi.waitFor(async () => {
      const now = (await operator.find(ref))?.metadata.uid;
      expect(now !== undefined && now !== uid).toBe(true);
    }, within);
  });

  it("T-F11 leaves a namespace alone that is not its own", async () => {
    const other = `${name}o`;
    const ref: Ref = { resource: namespaces, name: `sp-${other}` };
    await operator.kube.apply(
      ref,
      { apiVersion: "v1", kind: "Namespace", metadata: { name: ref.name, labels: { theirs: "yes" } } },
      as,
    );
    const before = (await operator.find(ref))?.metadata;
    await operator.apply(tenant, other, {});
    await vi.waitFor(async () => {
      const stalled = (await find(other))?.status?.conditions?.find(({ type }) => type === "Reconciling");
      expect(stalled).toMatchObject({ reason: "NameTaken", status: "True" });
    }, within);
    expect((await operator.find(ref))?.metadata).toEqual(before);
    await operator.remove(ref);
    await phase(other, "Active");
  });

  it("adopts a namespace that an engineer hands over", async () => {
    const other = `${name}a`;
    const ref: Ref = { resource: namespaces, name: `sp-${other}` };
    const annotations = { "paas.skypanel.io/adopt": other };
    await operator.kube.apply(
      ref,
      { apiVersion: "v1", kind: "Namespace", metadata: { name: ref.name, annotations } },
      as,
    );
    await operator.apply(tenant, other, { adopt: true });
    await phase(other, "Active");
    expect((await operator.find(ref))?.metadata.labels).toMatchObject({ "paas.skypanel.io/tenant": other });
  });

  it("says why it is suspended", async () => {
    await operator.apply(tenant, name, { suspended: { reason: "Wallet" } });
    await phase(name, "Suspended");
    await operator.apply(tenant, name, {});
    await phase(name, "Active");
  });

  it("T-F10 leaves nothing behind when it is deleted", async () => {
    const gone = `${name}d`;
    await operator.apply(tenant, gone, {});
    await phase(gone, "Active");
    await operator.remove(tenantRef(gone));
    await vi.waitFor(async () => {
      const left = [`sp-${gone}`, `sp-${gone}-builds`].map((one) => operator.find({ resource: namespaces, name: one }));
      expect(await Promise.all(left)).toEqual([undefined, undefined]);
    }, within);
  });
});
