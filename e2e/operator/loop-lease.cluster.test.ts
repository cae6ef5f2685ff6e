import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Live, Ref } from "../../operator/src/kube/kube.ts";
import { deployments } from "../../operator/src/kube/resources.ts";
import type { Call } from "../fault-proxy/call.ts";
import { type FaultProxy, startFaultProxy } from "../fault-proxy/fault-proxy.ts";
import { size, type TenantAtWork, tenantAtWork, web, within } from "./tenant-at-work.ts";

const idle = { ...web, replicas: 0 };
const worker = { name: "worker", type: "Worker", replicas: 0, resources: size };
const stage = (value: string) => ({ variables: [{ name: "STAGE", value }] });

let proxy: FaultProxy;
let at: TenantAtWork;

const deployment = (name: string): Ref => ({ resource: deployments, namespace: at.namespace, name });
const find = (name: string) => at.operator.find<Live & { spec?: object }>(deployment(name));
const stageOf = async (name: string) => /"STAGE","value":"(\w+)"/.exec(JSON.stringify(await find(name)))?.[1];

/** Holds the next write of that kind to a Deployment, behind the leader's back; `met` resolves when it is on its way. */
function hold(verb: "apply" | "delete", name: string) {
  const met = Promise.withResolvers<void>();
  const match = { verb, resource: "deployments", namespace: at.namespace, name, times: 1 };
  const release = proxy.arm({ match, action: { type: "hold" } }, () => met.resolve());
  const call = (): Call | undefined =>
    proxy.calls().find(({ faults, ...one }) => faults.length > 0 && one.name === name);
  return { met: met.promise, release, call };
}
type Held = ReturnType<typeof hold>;

/** Lets a held write go on and waits until the server has had it. */
async function arrives({ release, call }: Held): Promise<void> {
  release();
  await vi.waitFor(() => expect(call()?.at.ended).toBeDefined(), within);
  expect(call()?.at.sent).toBeDefined();
}

let created: Held;
let updated: Held;
let deleted: Held;

beforeAll(async () => {
  at = await tenantAtWork({
    through: async ({ url, ca }) => {
      proxy ??= await startFaultProxy({ arrow: "kube", target: url, ca });
      return proxy;
    },
  });
  await at.deploy("kept", { ...stage("first"), processes: [idle] });
  await at.deploy("gone", { ...stage("first"), processes: [idle, worker] });
  await vi.waitFor(
    async () => expect([await stageOf("kept-web"), await stageOf("gone-worker")]).toEqual(["first", "first"]),
    within,
  );

  [created, updated, deleted] = [hold("apply", "made-web"), hold("apply", "kept-web"), hold("delete", "gone-worker")];
  await at.deploy("made", { ...stage("second"), processes: [idle] });
  await at.deploy("kept", { ...stage("second"), processes: [idle] });
  await at.deploy("gone", { ...stage("second"), processes: [idle] });
  await Promise.all([created.met, updated.met, deleted.met]);

  // The leader hears nothing more of its lease, and the other takes it.
  proxy.arm({ match: { resource: "leases" }, action: { type: "drop" } });
  const second = await at.operator.start((direct) => direct);
  await second.manager.leading;
  await at.deploy("made", { ...stage("third"), processes: [idle] });
  await at.deploy("kept", { ...stage("third"), processes: [idle] });
  await at.deploy("gone", { ...stage("third"), processes: [idle, worker] });
  const names = ["made-web", "kept-web", "gone-worker"];
  await vi.waitFor(
    async () => expect(await Promise.all(names.map(stageOf))).toEqual(["third", "third", "third"]),
    within,
  );
});

afterAll(async () => {
  await at.stop();
  await proxy.close();
});

describe("a write of the old leader that arrives after the take-over", () => {
  it.each([
    ["a create", () => created, "made-web"],
    ["an update", () => updated, "kept-web"],
    ["a delete", () => deleted, "gone-worker"],
  ] as const)("T-F14 changes nothing: %s", async (_, held, name) => {
    const before = await find(name);
    await arrives(held());
    const after = await find(name);
    expect(after?.metadata).toMatchObject({ uid: before?.metadata.uid, generation: before?.metadata.generation });
    expect(after?.metadata.deletionTimestamp).toBeUndefined();
    expect(after?.spec).toEqual(before?.spec);
  });
});
