import { randomUUID } from "node:crypto";
import { tenant } from "@skypanel/crds/kinds/tenant.ts";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from "vitest";
import { type Hands, handsAtWork } from "../../operator/src/hands-at-work.ts";
import { type Installation, installationAtWork } from "../../operator/src/installation-at-work.ts";
import type { Live } from "../../operator/src/kube/kube.ts";
import { resourceOf } from "../../operator/src/kube/resources.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import type { Lag } from "./rule.ts";

const shard = `stale-${randomUUID().slice(0, 8)}`;
const selected = { labelSelector: `paas.skypanel.io/shard=${shard}` };
const name = `t${randomUUID().slice(0, 8)}`;
const tenants = resourceOf(tenant);
const within = { timeout: 20_000, interval: 50 };
let hands: Hands;
let installation: Installation;
let proxy: FaultProxy;
/** The way through the proxy, with the operator's own rights. */
let far: Hands;

/** Writes the next version of the one object there is; its number of pods tells versions apart. */
const write = async (pods: number) => (await hands.apply(tenant, name, { quota: { pods } })).metadata.resourceVersion;
const arm = (lag: Lag) => proxy.arm({ match: { resource: "tenants" }, action: { type: "stale", ...lag } });
const podsOf = (object: Live) => Number(Object(Object(Object(object).spec).quota).pods);

/** What the operator's way shows: a list, and a single read. */
async function shown() {
  const listed: number[] = [];
  for await (const { items } of far.kube.list(tenants, { limit: 100, ...selected })) listed.push(...items.map(podsOf));
  return { listed, read: podsOf(await far.kube.get({ resource: tenants, name })) };
}

/** Watches from the present state on; the returned list grows. */
function watched(signal: AbortSignal): string[] {
  const seen: string[] = [];
  const watch = async () => {
    const options = { resourceVersion: "", initial: true, timeoutSeconds: 60, signal, ...selected };
    for await (const event of far.kube.watch(tenants, options)) {
      seen.push("object" in event ? `${event.type} ${podsOf(event.object)}` : event.type);
    }
  };
  watch().catch(() => {}); // its end is the test's
  return seen;
}

beforeAll(async () => {
  hands = await handsAtWork(inject("kubeconfig"), { "paas.skypanel.io/shard": shard });
  installation = await installationAtWork(inject("kubeconfig"), hands);
});
beforeEach(async () => {
  const { url: target, ca } = installation.server;
  proxy = await startFaultProxy({ arrow: "kube", target, ca });
  far = await handsAtWork(await installation.kubeconfig(proxy), {});
});
afterEach(async () => {
  await far.close();
  await proxy.close();
});
afterAll(async () => {
  await hands.tidy();
  await installation.remove();
  await hands.close();
});

test("stale: lists stand still at a version, single reads do not", async () => {
  const at = await write(1);
  await write(2);
  const heal = arm({ at: at ?? "" });
  expect(await shown()).toEqual({ listed: [1], read: 2 });
  heal();
  expect(await shown()).toEqual({ listed: [2], read: 2 });
});

test("stale: lists lag so many seconds behind", async () => {
  await write(1);
  arm({ seconds: 3_600 });
  expect((await shown()).listed).toEqual([1]);
  await write(2);
  expect(await shown()).toEqual({ listed: [1], read: 2 });
});

test("stale: a watch begins in the past, and is let go when healed", async () => {
  const at = await write(1);
  await write(2);
  const heal = arm({ at: at ?? "" });
  const end = new AbortController();
  const seen = watched(end.signal);
  await vi.waitFor(() => expect(seen).toEqual(["added 1", "initial-end"]), within);
  await write(3);
  expect(seen).toEqual(["added 1", "initial-end"]);
  heal();
  await vi.waitFor(() => expect(seen).toEqual(["added 1", "initial-end", "modified 2", "modified 3"]), within);
  end.abort();
});

test("stale: a watch is so many versions late", async () => {
  await write(10);
  arm({ versions: 0 });
  const end = new AbortController();
  const seen = watched(end.signal);
  await vi.waitFor(() => expect(seen).toEqual(["added 10", "initial-end"]), within);
  proxy.heal();
  end.abort();
  arm({ versions: 2 });
  const again = new AbortController();
  const late = watched(again.signal);
  await vi.waitFor(() => expect(late).toContain("initial-end"), within);
  for (const value of [11, 12, 13]) await write(value);
  // Other writes of the cluster move its versions too: only the last line shown is sure.
  await vi.waitFor(() => expect(late.at(-1)).toBe("modified 11"), within);
  again.abort();
});
