import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import type { Live } from "../../operator/src/kube/kube.ts";
import { autoscalers } from "../../operator/src/kube/resources.ts";
import { kubectl } from "../harness/kubectl.ts";
import { type TenantAtWork, tenantAtWork, within } from "./tenant-at-work.ts";

// It uses all the processor time it may, and so twice the target, however many there are.
const busy = { command: ["node", "-e", "for (;;);"], type: "Worker", port: undefined, health: undefined };
const most = 3;
const autoscaling = { min: 1, max: most, cpuPercent: 50 };
const slow = 240_000;
let at: TenantAtWork;

interface Managed extends Live {
  readonly spec?: { readonly replicas?: number };
  readonly metadata: Live["metadata"] & {
    readonly managedFields?: readonly { readonly manager: string; readonly fieldsV1?: object }[];
  };
}

/** Who decides the number of instances, by the API server's own record. */
async function whoScales(app: string): Promise<string[]> {
  const { metadata } = ((await at.deployment(app)) ?? {}) as Partial<Managed>; // served with its managers
  const holds = (fields: unknown) => JSON.stringify(fields).includes('"f:replicas":{}');
  return (metadata?.managedFields ?? []).filter((one) => holds(one.fieldsV1)).map(({ manager }) => manager);
}

const scale = (app: string, replicas: number) =>
  at.kubectl(["scale", `deployment/${app}-web`, `--replicas=${replicas}`, `--namespace=${at.namespace}`]);
const repairs = async () => {
  const measured = await at.operator.registry.getSingleMetric("skypanel_drift_repaired_total")?.get();
  return measured?.values.find(({ labels }) => labels.kind === "Deployment")?.value ?? 0;
};
const replicas = async (app: string) => (await at.deployment(app))?.spec?.replicas;
const reaches = (app: string, count: number) =>
  vi.waitFor(async () => expect(await replicas(app)).toBe(count), { ...within, timeout: slow });

beforeAll(async () => {
  const shell = kubectl(inject("kubectl"), inject("kubeconfig"));
  const until = "--for=condition=Available";
  // A test cluster is handed over before it measures.
  await vi.waitFor(() => shell(["wait", until, "apiservice/v1beta1.metrics.k8s.io", "--timeout=30s"]), within);
  at = await tenantAtWork();
});

afterAll(() => at.stop());

describe("an autoscaled app", () => {
  it("T-F11 grows under load, and no growth is repaired", { timeout: slow }, async () => {
    await at.deploy("busy", {}, { ...busy, autoscaling });
    await reaches("busy", most);
    await vi.waitFor(async () => {
      expect((await at.find("busy"))?.status?.processes).toMatchObject([{ desired: most, ready: most }]);
    }, within);
    expect(await replicas("busy")).toBe(most);
    expect(await repairs()).toBe(0);
    expect(await whoScales("busy")).not.toContain("skypanel-operator");
  });

  it("stands still when it is suspended, and comes back at the size it had", { timeout: slow }, async () => {
    const suspended = { reason: "Wallet" };
    await at.deploy("busy", { suspended }, { ...busy, autoscaling });
    await at.becomes("busy", "Suspended");
    await reaches("busy", 0);
    const name = { resource: autoscalers, namespace: at.namespace, name: "busy-web" };
    await vi.waitFor(async () => expect(await at.operator.find(name)).toBeUndefined(), within);
    expect((await at.find("busy"))?.status?.processes).toMatchObject([{ desired: 0, resumeReplicas: most }]);
    await at.deploy("busy", {}, { ...busy, autoscaling });
    await reaches("busy", most);
    await vi.waitFor(async () => {
      expect((await at.find("busy"))?.status?.processes).toMatchObject([{ desired: most, ready: most }]);
    }, within);
  });

  it("is sized by its owner again when autoscaling is switched off", async () => {
    await at.deploy("busy", {}, { ...busy, replicas: 1 });
    await reaches("busy", 1);
    expect(await whoScales("busy")).toContain("skypanel-operator");
    await at.operator.remove(at.ref("busy"));
  });
});

describe("switching autoscaling on", () => {
  const source = { image: { reference: "localhost/skypanel/pause:1" } };
  const calm = { ...busy, command: undefined, autoscaling: { min: 1, max: 8, cpuPercent: 95 } };

  it("T-F11 leaves seven at seven, held by the one manager made for it", { timeout: slow }, async () => {
    await at.deploy("calm", { source }, { ...calm, autoscaling: undefined, replicas: 7 });
    await reaches("calm", 7);
    const before = await repairs();
    await at.deploy("calm", { source }, calm);
    await vi.waitFor(async () => expect(await whoScales("calm")).toEqual(["skypanel-replicas"]), within);
    expect(await replicas("calm")).toBe(7);
    expect(await repairs()).toBe(before);
  });

  it("T-F11 leaves to others what was theirs to decide: 1 to 8 to 2", async () => {
    const before = await repairs();
    for (const count of [1, 8, 2]) {
      await scale("calm", count);
      await vi.waitFor(async () => {
        expect((await at.find("calm"))?.status?.processes).toMatchObject([{ desired: count }]);
      }, within);
    }
    expect(await repairs()).toBe(before);
  });
});
