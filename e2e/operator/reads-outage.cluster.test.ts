import { type Tenant, tenant } from "@skypanel/crds/kinds/tenant.ts";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import type { Live, Ref } from "../../operator/src/kube/kube.ts";
import { resourceOf, resourceQuotas } from "../../operator/src/kube/resources.ts";
import { partName } from "../../operator/src/tenants/names.ts";
import { isWrite } from "../fault-proxy/call.ts";
import { type FaultProxy, startFaultProxy } from "../fault-proxy/fault-proxy.ts";
import { type TenantAtWork, tenantAtWork, within } from "./tenant-at-work.ts";

type Quota = Live & { readonly spec?: { readonly hard?: { readonly pods?: string } } };

const slow = 240_000;
const outageMs = 4_000; // well within the lease, so that the same process goes on
const checks = 50;
let proxy: FaultProxy;
let at: TenantAtWork;

const quota = (): Ref => ({ resource: resourceQuotas, namespace: at.namespace, name: partName("quota") });
const pods = async () => Number((await at.operator.find<Quota>(quota()))?.spec?.hard?.pods);
const isPods = (count: number) => vi.waitFor(async () => expect(await pods()).toBe(count), within);
const writes = () => proxy.calls().filter(isWrite).length;

/** Somebody else changes what the operator made, and what is asked of it is changed too. */
async function disturb(asked: number): Promise<void> {
  const { name, namespace = "" } = quota();
  const body = { metadata: { name, namespace }, spec: { hard: { pods: "1" } } };
  await at.operator.hands.kube.apply(quota(), body, { manager: "skypanel-state", force: true });
  await at.operator.apply(tenant, at.name, { quota: { pods: asked } });
}

/** Nothing more is written, however often one looks. */
async function isQuiet(): Promise<void> {
  await vi.waitFor(async () => {
    const { metadata, status } =
      (await at.operator.find<Live & Tenant>({ resource: resourceOf(tenant), name: at.name })) ?? {};
    expect([status?.observedGeneration, status?.phase]).toEqual([metadata?.generation, "Active"]);
  }, within);
  // The cluster counts what a tenant uses late, and the Tenant tells of it once more: then there is nothing.
  await vi.waitFor(async () => {
    const before = writes();
    for (let n = 0; n < checks; n += 1) await at.operator.find(quota());
    expect(writes()).toBe(before);
  }, within);
}

beforeAll(async () => {
  at = await tenantAtWork({
    spec: { quota: { pods: 11 } },
    through: async ({ url: target, ca }) => {
      proxy = await startFaultProxy({ arrow: "kube", target, ca });
      return proxy;
    },
  });
  await isPods(11);
});
afterEach(() => proxy.heal());
afterAll(async () => {
  await at.stop();
  await proxy.close();
});

it("T-F06 an API server that is gone and comes back finds everything done once", { timeout: slow }, async () => {
  const before = proxy.calls().length;
  const heal = proxy.arm({ match: { open: true }, action: { type: "refuse" } });
  await disturb(12);
  await systemClock.sleep(outageMs); // how long it is gone
  const calls = proxy.calls().length - before;
  heal();
  await isPods(12);
  await isQuiet();
  expect(calls, "while it was gone").toBeLessThan((20 * outageMs) / 1_000);
});
