import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { JsonObject, Live, Ref } from "../../operator/src/kube/kube.ts";
import {
  autoscalers,
  type ChildKind,
  deployments,
  disruptionBudgets,
  networkPolicies,
  serviceAccounts,
  services,
} from "../../operator/src/kube/resources.ts";
import { type TenantAtWork, tenantAtWork, within } from "./tenant-at-work.ts";

const mark = "paas.skypanel.io";
// A Worker that does nothing, in an image of a few kilobytes.
const idle = { type: "Worker", port: undefined, health: undefined };
const source = { image: { reference: "localhost/skypanel/pause:1" } };
let at: TenantAtWork;

const deploy = (app: string, spec: object = {}, process: object = {}) =>
  at.deploy(app, { source, ...spec }, { ...idle, ...process });
const annotate = (app: string, ...notes: string[]) =>
  at.kubectl(["annotate", "apps.paas.skypanel.io", app, `--namespace=${at.namespace}`, "--overwrite", ...notes]);
const replicas = async (app: string) => (await at.deployment(app))?.spec?.replicas;
const find = (resource: ChildKind, name: string) => at.operator.find({ resource, namespace: at.namespace, name });
const quiet = () => vi.waitFor(() => expect(at.operator.manager.backlog()).toBeLessThanOrEqual(6), within);

beforeAll(async () => {
  at = await tenantAtWork();
});

afterAll(() => at.stop());

describe("who an app obeys", () => {
  it("its own suspension stops it, keeps its size, and is defended", async () => {
    await deploy("held", {}, { replicas: 2 });
    await at.becomes("held", "Live");
    await deploy("held", { suspended: { reason: "Admin", message: "Unpaid bills" } }, { replicas: 2 });
    await at.becomes("held", "Suspended");
    await at.kubectl(["scale", "deployment/held-web", "--replicas=3", `--namespace=${at.namespace}`]);
    await vi.waitFor(async () => expect(await replicas("held")).toBe(0), within);
    await deploy("held", {}, { replicas: 2 });
    expect(await at.becomes("held", "Live")).toMatchObject({ processes: [{ desired: 2, ready: 2 }] });
  });

  it("GK-7 an engineer's pause keeps every hand off it, and says so", async () => {
    await deploy("open", {}, { replicas: 1 });
    await at.becomes("open", "Live");
    await annotate("open", `${mark}/paused=true`);
    await at.says("open", "Paused", "Stalled");
    const before = await at.deployment("open");
    await at.operator.remove({ resource: serviceAccounts, namespace: at.namespace, name: "open" });
    await deploy("open", { variables: [{ name: "A", value: "b" }] });
    await annotate("open", `${mark}/reconcile-at=while-paused`);
    await receipt("open", "while-paused");
    expect(await find(serviceAccounts, "open")).toBeUndefined();
    expect((await at.deployment("open"))?.metadata.generation).toBe(before?.metadata.generation);
    await annotate("open", `${mark}/paused-`);
    await vi.waitFor(async () => expect(await find(serviceAccounts, "open")).toBeDefined(), within);
    await at.becomes("open", "Live");
  });

  it("suspension wins over a pause", async () => {
    await annotate("open", `${mark}/paused=true`);
    await deploy("open", { suspended: { reason: "Wallet" } });
    await vi.waitFor(async () => expect(await replicas("open")).toBe(0), within);
    await annotate("open", `${mark}/paused-`);
    await deploy("open");
    await at.becomes("open", "Live");
  });

  it("GK-7 a wish to be looked at is honoured, with a receipt", async () => {
    await annotate("open", `${mark}/reconcile-at=2030-01-01`);
    await receipt("open", "2030-01-01");
  });
});

async function receipt(app: string, value: string): Promise<void> {
  const handled = async () => (await at.find(app))?.status?.lastHandledReconcileAt;
  await vi.waitFor(async () => expect(await handled()).toBe(value), within);
}

describe("who else writes", () => {
  it("T-F11 both managers' apps run, and what they wrote stays theirs", async () => {
    const mine = async (app: string) => {
      const { metadata, spec } = (await at.find(app)) ?? {};
      return { labels: metadata?.labels, annotations: metadata?.annotations, spec, generation: metadata?.generation };
    };
    const label = `${mark}/managed-by=control-plane`;
    await deploy("panel");
    await at.kubectl(["label", "apps.paas.skypanel.io", "panel", label, `--namespace=${at.namespace}`]);
    await deploy("plain");
    const before = [await mine("panel"), await mine("plain")];
    await Promise.all(["panel", "plain"].map((app) => at.becomes(app, "Live")));
    expect([await mine("panel"), await mine("plain")]).toEqual(before);
  });

  it("T-F11 fields of others on our children stay, and a label of ours that goes comes back", async () => {
    const ref: Ref = { resource: deployments, namespace: at.namespace, name: "plain-web" };
    const ours = "app.kubernetes.io/managed-by";
    const there = `--namespace=${at.namespace}`;
    await at.kubectl(["annotate", "deployment/plain-web", "example.com/note=theirs", there]);
    await at.kubectl(["label", "deployment/plain-web", `${ours}-`, there]);
    const labels = async () => (await at.operator.find(ref))?.metadata.labels;
    await vi.waitFor(async () => expect(await labels()).toMatchObject({ [ours]: "skypanel-operator" }), within);
    expect((await at.operator.find(ref))?.metadata.annotations).toMatchObject({ "example.com/note": "theirs" });
  });

  const selector = { matchLabels: { app: "theirs" } };
  const theirs: readonly (readonly [string, ChildKind, JsonObject])[] = [
    ["ServiceAccount", serviceAccounts, {}],
    ["NetworkPolicy", networkPolicies, { spec: { podSelector: selector, policyTypes: ["Egress"] } }],
    ["Service", services, { spec: { ports: [{ port: 9 }] } }],
    ["Deployment", deployments, { spec: { replicas: 0, selector, template: template() } }],
    [
      "HorizontalPodAutoscaler",
      autoscalers,
      { spec: { maxReplicas: 1, scaleTargetRef: { apiVersion: "batch/v1", kind: "Job", name: "x" } } },
    ],
    ["PodDisruptionBudget", disruptionBudgets, { spec: { selector } }],
  ];

  it.each(theirs)("T-F11 NameTaken: their %s is not touched, and its removal cures", async (kind, resource, body) => {
    const app = `taken-${kind.toLowerCase().slice(0, 8)}`;
    const isOfProcess = [deployments, autoscalers, disruptionBudgets].includes(resource);
    const ref: Ref = { resource, namespace: at.namespace, name: isOfProcess ? `${app}-web` : app };
    const metadata = { name: ref.name, namespace: at.namespace };
    await at.operator.kube.apply(ref, { metadata, ...body }, { manager: "skypanel-state", force: false });
    const seen = async () => shapeOf(await at.operator.find(ref));
    const before = await seen();
    const process = { type: "Web", port: 3000, autoscaling: { min: 1, max: 2 } };
    await deploy(app, {}, process);
    const said = await at.shows(app, "NameTaken");
    expect(said).toContain(`${kind} ${ref.name} is not ours.`);
    await quiet();
    expect(await seen()).toEqual(before);
    await at.operator.remove(ref);
    await annotate(app, `${mark}/reconcile-at=now`);
    await vi.waitFor(async () => {
      expect((await at.operator.find(ref))?.metadata.labels).toMatchObject({ [`${mark}/app`]: app });
    }, within);
    await at.operator.remove(at.ref(app));
  });
});

function template(): JsonObject {
  const containers = [{ name: "x", image: "localhost/skypanel/pause:1" }];
  return { metadata: { labels: { app: "theirs" } }, spec: { containers } };
}

/** What others would see if we had written: all but the status, which its own controller keeps. */
function shapeOf(object: Live | undefined): object {
  const { metadata, spec } = (object ?? {}) as Partial<Live> & { spec?: object }; // any kind's object
  return { labels: metadata?.labels, owners: metadata?.ownerReferences, uid: metadata?.uid, spec };
}
