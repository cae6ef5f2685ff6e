import { randomUUID } from "node:crypto";
import { type App, app } from "@skypanel/crds/kinds/app.ts";
import { clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import { tenant } from "@skypanel/crds/kinds/tenant.ts";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { claimSettings } from "../../../e2e/harness/settings-claim.ts";
import type { JsonObject, Live, Ref } from "../kube/kube.ts";
import { deployments, ingresses, resourceOf, serviceAccounts, services } from "../kube/resources.ts";
import { type OperatorAtWork, operatorAtWork } from "../operator-at-work.ts";
import type { LiveDeployment } from "./live.ts";

const name = `a${randomUUID().slice(0, 8)}`;
const namespace = `sp-${name}`;
const within = { timeout: 90_000, interval: 200 };
const hello = { image: { reference: "localhost/skypanel/hello:1" } };
const size = { cpu: "100m", memory: "64Mi", ephemeralStorage: "64Mi" };
const web = {
  ...{ name: "web", type: "Web", port: 3000, resources: size },
  health: { http: { path: "/ready" }, periodSeconds: 5 },
};
let operator: OperatorAtWork;
let release: () => Promise<void>;

const deploy = (of: string, spec: object = {}, process: object = {}) =>
  operator.apply(
    app,
    of,
    { source: hello, slug: `${name}-${of}`, processes: [{ ...web, ...process }], ...spec },
    namespace,
  );
const find = (of: string) => operator.find<Live & App>({ resource: resourceOf(app), namespace, name: of });
const childOf = (of: string): Ref => ({ resource: deployments, namespace, name: `${of}-web` });
const deployment = (of: string) => operator.find<LiveDeployment>(childOf(of));

async function becomes(of: string, phase: string): Promise<NonNullable<App["status"]>> {
  await vi.waitFor(async () => {
    const { status, metadata } = (await find(of)) ?? {};
    expect([status?.phase, status?.observedGeneration]).toEqual([phase, metadata?.generation]);
  }, within);
  return (await find(of))?.status ?? {};
}

async function ask(of: string, path = "/"): Promise<{ code: number; text: string }> {
  const headers = { host: `${name}-${of}.localhost` };
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
  operator = await operatorAtWork(inject("kubeconfig"), () => {
    throw new Error("no value is opened here");
  });
  const ingress = { className: "traefik", namespace: "traefik", scheme: "http", port: inject("ingressPort") };
  release = await claimSettings(operator.hands);
  await operator.apply(clusterSettings, "default", { baseDomain: "localhost", ingress });
  await operator.apply(tenant, name, {});
  await vi.waitFor(async () => {
    expect(await operator.find({ resource: serviceAccounts, namespace, name: "default" })).toBeDefined();
  }, within);
});

afterAll(async () => {
  await release();
  await operator.stop();
});

describe("an app on a real cluster", () => {
  it("runs, answers at its address, and says so", async () => {
    await deploy("hello");
    const status = await becomes("hello", "Live");
    expect(status).toMatchObject({
      url: `http://${name}-hello.localhost:${inject("ingressPort")}`,
      processes: [{ name: "web", desired: 1, updated: 1, ready: 1 }],
      instances: [{ process: "web", state: "Ready", restarts: 0 }],
    });
    await vi.waitFor(
      async () => expect(await ask("hello")).toEqual({ code: 200, text: "Hello from version 1" }),
      within,
    );
  });

  it("T-F08 is written no more once it is as it should be", async () => {
    const before = await find("hello");
    operator.manager.poke(resourceOf(app), `${namespace}/hello`);
    await vi.waitFor(() => expect(operator.manager.backlog()).toBeLessThanOrEqual(2), within);
    expect((await find("hello"))?.metadata.resourceVersion).toBe(before?.metadata.resourceVersion);
    expect((await deployment("hello"))?.metadata.generation).toBe(1);
  });

  it("T-F30 changes with one instance and fails no request", async () => {
    const { asked, bad } = await whileAsking("hello", async () => {
      await deploy("hello", { variables: [{ name: "GREETING", value: "Costs $5 and $(HOME)" }] });
      await becomes("hello", "Live");
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
    await becomes("hello", "Live");
    const { bad } = await whileAsking("hello", async () => {
      await deploy("hello", { variables, source: { image: { reference: "localhost/skypanel/absent:1" } } });
      const status = await becomes("hello", "Degraded");
      expect(status.conditions?.[0]).toMatchObject({ type: "Ready", status: "True", reason: "ImagePullFailed" });
    });
    expect(bad).toEqual([]);
    expect((await ask("hello")).text).toContain("Steady");
    await deploy("hello", { variables });
    await becomes("hello", "Live");
  });

  it("T-F30 grows and shrinks and fails no request", async () => {
    const variables = [{ name: "GREETING", value: "Steady" }];
    const { bad } = await whileAsking("hello", async () => {
      for (const replicas of [3, 1]) {
        await deploy("hello", { variables }, { replicas });
        expect(await becomes("hello", "Live")).toMatchObject({ processes: [{ desired: replicas, ready: replicas }] });
      }
    });
    expect(bad).toEqual([]);
  });

  it("restarts when asked, and is the same afterwards", async () => {
    const podOf = async () => (await find("hello"))?.status?.instances?.find(({ state }) => state === "Ready")?.name;
    const before = await podOf();
    await deploy("hello", { restartRequest: "again" });
    await becomes("hello", "Live");
    expect(await podOf()).not.toBe(before);
  });

  it("T-F05 is put right when somebody edits or removes its parts", async () => {
    const fieldManager = { manager: "skypanel-replicas", force: true } as const;
    await operator.kube.apply(childOf("hello"), { spec: { replicas: 3 } } as JsonObject, fieldManager);
    await vi.waitFor(async () => expect((await deployment("hello"))?.spec?.replicas).toBe(1), within);
    for (const resource of [services, ingresses]) {
      const ref: Ref = { resource, namespace, name: "hello" };
      await operator.remove(ref);
      await vi.waitFor(async () => expect(await operator.find(ref)).toBeDefined(), within);
    }
    await vi.waitFor(async () => expect((await ask("hello")).code).toBe(200), within);
  });

  it("stops and starts at the size it had", async () => {
    await deploy("hello", { state: "Stopped" }, { replicas: 2 });
    await becomes("hello", "Stopped");
    await vi.waitFor(async () => {
      const stopped = (await find("hello"))?.status;
      expect(stopped).toMatchObject({ processes: [{ desired: 0, ready: 0 }] });
      expect(stopped?.instances).toBeUndefined();
    }, within);
    await deploy("hello", {}, { replicas: 2 });
    expect(await becomes("hello", "Live")).toMatchObject({ processes: [{ desired: 2, ready: 2 }] });
  });

  it("stands still with its tenant", async () => {
    await operator.apply(tenant, name, { suspended: { reason: "Wallet" } });
    const status = await becomes("hello", "Suspended");
    expect(status.conditions?.[0]?.reason).toBe("WalletEmpty");
    await operator.apply(tenant, name, {});
    await becomes("hello", "Live");
  });

  it("is removed with everything it had", async () => {
    await operator.remove({ resource: resourceOf(app), namespace, name: "hello" });
    await vi.waitFor(async () => {
      const left = [deployments, services, ingresses].map((resource) =>
        operator.find({ resource, namespace, name: resource === deployments ? "hello-web" : "hello" }),
      );
      expect(await Promise.all(left)).toEqual([undefined, undefined, undefined]);
    }, within);
  });
});

describe("a host two apps ask for", () => {
  it("HostnameTaken: the younger says so, and has it when the older goes", async () => {
    await deploy("first", { slug: `${name}-same` });
    await becomes("first", "Live");
    await deploy("second", { slug: `${name}-same` });
    await vi.waitFor(async () => {
      const stalled = (await find("second"))?.status?.conditions?.find(({ type }) => type === "Stalled");
      expect(stalled).toMatchObject({ reason: "HostnameTaken", message: expect.stringContaining("Choose another.") });
    }, within);
    await operator.remove({ resource: resourceOf(app), namespace, name: "first" });
    await becomes("second", "Live");
  });
});
