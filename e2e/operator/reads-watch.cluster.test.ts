import { systemClock } from "@skypanel/runtime/clock.ts";
import { createLog } from "@skypanel/runtime/log.ts";
import { Registry } from "prom-client";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Ref } from "../../operator/src/kube/kube.ts";
import { accessSource } from "../../operator/src/kube/kubeconfig.ts";
import { kubeMetrics } from "../../operator/src/kube/metrics.ts";
import { startReflector } from "../../operator/src/kube/reflector.ts";
import {
  type ChildKind,
  limitRanges,
  networkPolicies,
  resourceName,
  resourceQuotas,
  roleBindings,
} from "../../operator/src/kube/resources.ts";
import { restKube } from "../../operator/src/kube/rest-kube.ts";
import { shapeOf } from "../../operator/src/kube/shape.ts";
import { table } from "../../operator/src/kube/table.ts";
import { openTransport } from "../../operator/src/kube/transport.ts";
import { partName } from "../../operator/src/tenants/names.ts";
import { type FaultProxy, startFaultProxy } from "../fault-proxy/fault-proxy.ts";
import type { Action } from "../fault-proxy/rule.ts";
import { type TenantAtWork, tenantAtWork, within } from "./tenant-at-work.ts";

type Relists = Readonly<Record<string, number>>;

/** What happens to the watch: to all of it from its next opening on, or to the next of its lines. */
interface Fault {
  readonly to: "opening" | "line" | "open";
  readonly action: Action;
  readonly times?: number;
}

const tenantLabel = "paas.skypanel.io/tenant";
const slow = 240_000;
const failure = (code: number) => JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", code });
const refusal = (code: number, headers: Record<string, string> = {}): Action => ({
  ...{ type: "answer", status: code, body: failure(code) },
  headers: { "content-type": "application/json", ...headers },
});
const gone: Action = { type: "answer", status: 200, body: `{"type":"ERROR","object":${failure(410)}}` };
let proxy: FaultProxy;
let at: TenantAtWork;

const refTo = (resource: ChildKind): Ref => {
  const names = new Map([
    [limitRanges, "limits"],
    [networkPolicies, "default-deny"],
    [resourceQuotas, "quota"],
    [roleBindings, "operator"],
  ]);
  return { resource, namespace: at.namespace, name: partName(names.get(resource) ?? "") };
};
const tenantOf = async (ref: Ref) => (await at.operator.find(ref))?.metadata.labels?.[tenantLabel];

/** Somebody else changes what the operator made. */
async function drift({ name, namespace = "", ...ref }: Ref, value: string): Promise<void> {
  const body = { metadata: { name, namespace, labels: { [tenantLabel]: value } } };
  await at.operator.hands.kube.apply({ ...ref, name, namespace }, body, { manager: "skypanel-state", force: true });
}

/** How often resources were read anew, by cause. */
async function relists(of: (resource: string) => boolean): Promise<Relists> {
  const values = (await at.operator.registry.getSingleMetric("skypanel_reflector_relists_total")?.get())?.values ?? [];
  const some = values.filter(({ labels }) => of(String(labels.resource)));
  return Object.fromEntries(some.map(({ labels, value }) => [String(labels.cause), value]));
}
function growth(before: Relists, after: Relists): Relists {
  const grown = Object.entries(after).map(([cause, value]) => [cause, value - (before[cause] ?? 0)] as const);
  return Object.fromEntries(grown.filter(([, value]) => value > 0));
}

function arm(ref: Ref, { to, action, times = 1 }: Fault): void {
  const watches = { verb: "watch", resource: ref.resource.plural };
  if (to === "line") {
    proxy.arm({ match: { ...watches, event: { namespace: at.namespace, name: ref.name }, times }, action });
    return;
  }
  if (to === "opening") proxy.arm({ match: { ...watches, times }, action });
  proxy.arm({ match: { ...watches, open: true }, action: to === "open" ? action : { type: "cut" } })();
}

beforeAll(async () => {
  at = await tenantAtWork({
    through: async ({ url: target, ca }) => {
      proxy = await startFaultProxy({ arrow: "kube", target, ca });
      return proxy;
    },
  });
  for (const resource of [limitRanges, networkPolicies, resourceQuotas, roleBindings]) {
    await vi.waitFor(async () => expect(await tenantOf(refTo(resource))).toBe(at.name), within);
  }
});
afterEach(() => proxy.heal());
afterAll(async () => {
  await at.stop();
  await proxy.close();
});

describe("T-F05 a watch goes wrong, and drift made meanwhile is undone", () => {
  it.each<readonly [string, ChildKind, Fault, Relists]>([
    ["by a reset", resourceQuotas, { to: "open", action: { type: "refuse" } }, {}],
    ["by half a line", limitRanges, { to: "line", action: { type: "halfLine" } }, {}],
    ["by 410 as an event", networkPolicies, { to: "line", action: gone }, { gone: 1 }],
    ["by a line after its successor", roleBindings, { to: "line", action: { type: "reorder" } }, { "went back": 1 }],
    ["by 410 as a status", resourceQuotas, { to: "opening", action: refusal(410) }, { gone: 1 }],
    ["by a storm of 410", limitRanges, { to: "opening", action: refusal(410), times: 3 }, { gone: 3 }],
    ["by 429", networkPolicies, { to: "opening", action: refusal(429, { "retry-after": "2" }), times: 2 }, {}],
    ["by 500", roleBindings, { to: "opening", action: refusal(500), times: 2 }, {}],
    ["by an expired token", networkPolicies, { to: "opening", action: refusal(401) }, {}],
  ])("%s", { timeout: slow }, async (_, resource, fault, expected) => {
    const isIt = (name: string) => name === resourceName(resource);
    const before = await relists(isIt);
    const opened = () =>
      proxy.calls().filter((call) => call.verb === "watch" && call.resource === resource.plural).length;
    const openedBefore = opened();
    arm(refTo(resource), fault);
    for (const value of ["nobody", "somebody"]) await drift(refTo(resource), value);
    await vi.waitFor(async () => expect(await tenantOf(refTo(resource))).toBe(at.name), within);
    await vi.waitFor(async () => expect(growth(before, await relists(isIt))).toEqual(expected), within);
    expect(opened()).toBeGreaterThan(openedBefore);
  });

  it("reads nothing again that did not go wrong", async () => {
    const disturbed = new Set([limitRanges, networkPolicies, resourceQuotas, roleBindings].map(resourceName));
    expect(await relists((name) => !disturbed.has(name))).toEqual({});
  });
});

it("T-F05 a watch that is silent is ended, and what happened meanwhile is seen", { timeout: slow }, async () => {
  const transport = await openTransport({
    source: accessSource({ KUBECONFIG: await at.operator.installation.kubeconfig(proxy) }),
    ...{ clock: systemClock, random: Math.random, pool: "requests", connections: 8 },
    log: createLog({ name: "silence", level: "error" }),
    metrics: kubeMetrics(new Registry()),
  });
  const registry = new Registry();
  const stop = new AbortController();
  const cache = table(limitRanges);
  const reflector = startReflector({
    kube: restKube(transport, { silenceMs: 3_000 }),
    ...{ table: cache, shape: shapeOf(limitRanges), clock: systemClock, random: Math.random, signal: stop.signal },
    ...{ log: createLog({ name: "silence", level: "fatal" }), metrics: kubeMetrics(registry) },
  });
  await reflector.synced;
  const { namespace, name } = refTo(limitRanges);
  const shown = () => cache.get(`${namespace}/${name}`)?.metadata.resourceVersion;
  proxy.arm({ match: { verb: "watch", resource: "limitranges", open: true }, action: { type: "freeze" } })();
  await drift(refTo(limitRanges), "nobody");
  const { metadata } = await at.operator.kube.get(refTo(limitRanges));
  await vi.waitFor(() => expect(Number(shown())).toBeGreaterThanOrEqual(Number(metadata.resourceVersion)), within);
  const restarts = await registry.getSingleMetricAsString("skypanel_reflector_restarts_total");
  expect(restarts).toContain('resource="limitranges",cause="timeout"');
  expect(await registry.getSingleMetricAsString("skypanel_reflector_relists_total")).not.toContain("cause=");
  stop.abort(new Error("over"));
  await reflector.ended;
  await transport.destroy();
});
