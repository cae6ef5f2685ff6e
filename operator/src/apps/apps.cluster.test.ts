import { app } from "@skypanel/crds/kinds/app.ts";
import { clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import { tenant } from "@skypanel/crds/kinds/tenant.ts";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { claimSettings } from "../../../e2e/harness/settings-claim.ts";
import { type TenantAtWork, tenantAtWork, within } from "../../../e2e/operator/tenant-at-work.ts";
import type { JsonObject, Ref } from "../kube/kube.ts";
import { deployments, ingresses, resourceOf, services } from "../kube/resources.ts";

let at: TenantAtWork;
let release: () => Promise<void>;

/** An app with a host of its own. */
const deploy = (of: string, spec: object = {}, process: object = {}) =>
  at.deploy(of, { slug: `${at.name}-${of}`, ...spec }, process);

async function ask(of: string, path = "/"): Promise<{ code: number; text: string }> {
  const headers = { host: `${at.name}-${of}.localhost` };
  const { statusCode: code, body } = await request(`http://127.0.0.1:${inject("ingressPort")}${path}`, { headers });
  return { code, text: (await body.text()).trim() };
}

/** Asks without a pause until `work` has ended; every answer that was not good. */
async function whileAsking(of: string, work: () => Promise<unknown>): Promise<{ asked: number; bad: string[] }> {
  const bad: string[] = [];
  let asked = 0;
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      const { code, text } = await ask(of).catch((error: unknown) => ({ code: 0, text: String(error) }));
      asked += 1;
      if (code !== 200) bad.push(`${code} ${text}`);
    }
  })();
  await work().finally(() => {
    isOver = true;
  });
  await asking;
  return { asked, bad };
}

beforeAll(async () => {
  at = await tenantAtWork();
  const ingress = { className: "traefik", namespace: "traefik", scheme: "http", port: inject("ingressPort") };
  release = await claimSettings(at.operator.hands);
  await at.operator.apply(clusterSettings, "default", { baseDomain: "localhost", ingress });
});

afterAll(async () => {
  await release();
  await at.stop();
});

describe("an app on a real cluster", () => {
  it("runs, answers at its address, and says so", async () => {
    await deploy("hello");
    const status = await at.becomes("hello", "Live");
    expect(status).toMatchObject({
      url: `http://${at.name}-hello.localhost:${inject("ingressPort")}`,
      processes: [{ name: "web", desired: 1, updated: 1, ready: 1 }],
      instances: [{ process: "web", state: "Ready", restarts: 0 }],
    });
    await vi.waitFor(
      async () => expect(await ask("hello")).toEqual({ code: 200, text: "Hello from version 1" }),
      within,
    );
  });

  it("T-F08 is written no more once it is as it should be", async () => {
    const before = await at.find("hello");
    at.operator.manager.poke(resourceOf(app), `${at.namespace}/hello`);
    await vi.waitFor(() => expect(at.operator.manager.backlog()).toBeLessThanOrEqual(2), within);
    expect((await at.find("hello"))?.metadata.resourceVersion).toBe(before?.metadata.resourceVersion);
    expect((await at.deployment("hello"))?.metadata.generation).toBe(1);
  });

  it("T-F30 changes with one instance and fails no request", async () => {
    const { asked, bad } = await whileAsking("hello", async () => {
      await deploy("hello", { variables: [{ name: "GREETING", value: "Costs $5 and $(HOME)" }] });
      await at.becomes("hello", "Live");
    });
    expect(bad).toEqual([]);
    expect(asked).toBeGreaterThan(10);
    // An old instance still answers while it drains, until the router has heard of it.
    const greeting = "Costs $5 and $(HOME) from version 1";
    await vi.waitFor(async () => expect((await ask("hello")).text).toBe(greeting), within);
  });

  it("T-F30 keeps serving when the new version is broken", async () => {
    const variables = [{ name: "GREETING", value: "Steady" }];
    await deploy("hello", { variables });
    await at.becomes("hello", "Live");
    const { bad } = await whileAsking("hello", async () => {
      await deploy("hello", { variables, source: { image: { reference: "localhost/skypanel/absent:1" } } });
      const status = await at.becomes("hello", "Degraded");
      expect(status.conditions?.[0]).toMatchObject({ type: "Ready", status: "True", reason: "ImagePullFailed" });
    });
    expect(bad).toEqual([]);
    expect((await ask("hello")).text).toContain("Steady");
    await deploy("hello", { variables });
    await at.becomes("hello", "Live");
  });

  it("T-F30 grows and shrinks and fails no request", async () => {
    const variables = [{ name: "GREETING", value: "Steady" }];
    const { bad } = await whileAsking("hello", async () => {
      for (const replicas of [3, 1]) {
        await deploy("hello", { variables }, { replicas });
        expect(await at.becomes("hello", "Live")).toMatchObject({
          processes: [{ desired: replicas, ready: replicas }],
        });
      }
    });
    expect(bad).toEqual([]);
  });

  it("restarts when asked, and is the same afterwards", async () => {
    const podOf = async () => (await at.find("hello"))?.status?.instances?.find(({ state }) => state === "Ready")?.name;
    const before = await podOf();
    await deploy("hello", { restartRequest: "again" });
    await at.becomes("hello", "Live");
    expect(await podOf()).not.toBe(before);
  });

  it("T-F05 is put right when somebody edits or removes its parts", async () => {
    const fieldManager = { manager: "skypanel-replicas", force: true } as const;
    await at.operator.kube.apply(
      { resource: deployments, namespace: at.namespace, name: "hello-web" },
      { spec: { replicas: 3 } } as JsonObject,
      fieldManager,
    );
    await vi.waitFor(async () => expect((await at.deployment("hello"))?.spec?.replicas).toBe(1), within);
    for (const resource of [services, ingresses]) {
      const ref: Ref = { resource, namespace: at.namespace, name: "hello" };
      await at.operator.remove(ref);
      await vi.waitFor(async () => expect(await at.operator.find(ref)).toBeDefined(), within);
    }
    await vi.waitFor(async () => expect((await ask("hello")).code).toBe(200), within);
  });

  it("stops and starts at the size it had", async () => {
    await deploy("hello", { state: "Stopped" }, { replicas: 2 });
    await at.becomes("hello", "Stopped");
    await vi.waitFor(async () => {
      const stopped = (await at.find("hello"))?.status;
      expect(stopped).toMatchObject({ processes: [{ desired: 0, ready: 0 }] });
      expect(stopped?.instances).toBeUndefined();
    }, within);
    await deploy("hello", {}, { replicas: 2 });
    expect(await at.becomes("hello", "Live")).toMatchObject({ processes: [{ desired: 2, ready: 2 }] });
  });

  it("stands still with its tenant", async () => {
    await at.operator.apply(tenant, at.name, { suspended: { reason: "Wallet" } });
    const status = await at.becomes("hello", "Suspended");
    expect(status.conditions?.[0]?.reason).toBe("WalletEmpty");
    await at.operator.apply(tenant, at.name, {});
    await at.becomes("hello", "Live");
  });

  it("is removed with everything it had", async () => {
    await at.operator.remove(at.ref("hello"));
    await vi.waitFor(async () => {
      const left = [deployments, services, ingresses].map((resource) =>
        at.operator.find({ resource, namespace: at.namespace, name: resource === deployments ? "hello-web" : "hello" }),
      );
      expect(await Promise.all(left)).toEqual([undefined, undefined, undefined]);
    }, within);
  });
});

describe("a host two apps ask for", () => {
  it("HostnameTaken: the younger says so, and has it when the older goes", async () => {
    await deploy("first", { slug: `${at.name}-same` });
    await at.becomes("first", "Live");
    await deploy("second", { slug: `${at.name}-same` });
    await vi.waitFor(async () => {
      const stalled = (await at.find("second"))?.status?.conditions?.find(({ type }) => type === "Stalled");
      expect(stalled).toMatchObject({ reason: "HostnameTaken", message: expect.stringContaining("Choose another.") });
    }, within);
    await at.operator.remove(at.ref("first"));
    await at.becomes("second", "Live");
  });
});
