import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { app } from "../../crds/src/kinds/app.ts";
import { resourceOf } from "../../operator/src/kube/resources.ts";
import type { Call } from "../fault-proxy/call.ts";
import { type FaultProxy, startFaultProxy } from "../fault-proxy/fault-proxy.ts";
import { type TenantAtWork, tenantAtWork, web, within } from "./tenant-at-work.ts";

const names = ["one", "two", "three", "four"];
let proxy: FaultProxy;
let at: TenantAtWork;

/** What the operator asked of the API since `from`, but for watches, and the lease, which is renewed for ever. */
const since = (from: number): readonly Call[] =>
  proxy.calls().filter(({ n, verb, resource }) => n > from && verb !== "watch" && resource !== "leases");
const last = () => proxy.calls().at(-1)?.n ?? 0;

/** Resolves when nothing was asked between two looks, far enough apart for what waits 200 ms. */
async function quiet(): Promise<void> {
  let before = -1;
  await vi.waitFor(
    () => {
      const now = since(0).length;
      const isSame = now === before;
      before = now;
      expect(isSame).toBe(true);
    },
    { ...within, interval: 2_000 },
  );
}

beforeAll(async () => {
  at = await tenantAtWork({
    through: async ({ url, ca }) => {
      proxy ??= await startFaultProxy({ arrow: "kube", target: url, ca });
      return proxy;
    },
  });
  for (const name of names) await at.deploy(name, { processes: [{ ...web, replicas: 0 }] });
  for (const name of names) await at.becomes(name, "Stopped");
  await quiet();
});

afterAll(async () => {
  await at.stop();
  await proxy.close();
});

describe("a quiet cluster", () => {
  it("T-F08 sees no call at all, however often everything is run again", async () => {
    const from = last();
    for (let round = 0; round < 10; round += 1) {
      for (const name of names) at.operator.manager.poke(resourceOf(app), `${at.namespace}/${name}`);
      await vi.waitFor(() => expect(at.operator.manager.backlog()).toBeLessThanOrEqual(names.length + 1), within);
    }
    await quiet();
    expect(since(from)).toEqual([]);
  });

  it("T-F08 sees no write but the lease's when the operator starts again", async () => {
    await at.operator.manager.stop();
    const from = last();
    const next = await at.operator.start();
    await next.manager.leading;
    await quiet();
    expect(since(from).filter(({ verb }) => !["get", "list"].includes(verb))).toEqual([]);
  });
});
