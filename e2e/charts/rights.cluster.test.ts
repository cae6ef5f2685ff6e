import { randomUUID } from "node:crypto";
import { type App, app } from "@skypanel/crds/kinds/app.ts";
import { clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import { type Sealed, sealed } from "@skypanel/crds/kinds/sealed.ts";
import { kinds } from "@skypanel/crds/kinds.ts";
import { afterAll, beforeAll, expect, inject, it, vi } from "vitest";
import { seal } from "../../control-plane/src/desired/seal.ts";
import { identityOf, makeKeys } from "../../operator/src/hub/keys.ts";
import type { Server } from "../../operator/src/installation-at-work.ts";
import type { Live } from "../../operator/src/kube/kube.ts";
import { resourceOf } from "../../operator/src/kube/resources.ts";
import { operatorRules, selfRules, tenantRules } from "../../operator/src/rbac.ts";
import type { ClusterKey } from "../../operator/src/sealed/unseal.ts";
import { type FaultProxy, startFaultProxy } from "../fault-proxy/fault-proxy.ts";
import { claimSettings } from "../harness/settings-claim.ts";
import { hello, size, type TenantAtWork, tenantAtWork, web, within } from "../operator/tenant-at-work.ts";
import { differences, type Excuse, used } from "./rights.ts";

const roles = { self: selfRules, tenant: tenantRules, operator: operatorRules };
const hub = "the control plane's half of the operator, which runs in the end-to-end layer";
const state = "desired state from git, which runs in the end-to-end layer";
const excuses: readonly Excuse[] = [
  {
    verbs: ["list"],
    resources: ["nodes", "ingressclasses.networking.k8s.io", "storageclasses.storage.k8s.io"],
    why: hub,
  },
  { verbs: ["get"], resources: ["pods/log"], why: hub },
  { verbs: ["get", "patch"], resources: ["secrets"], why: hub },
  { verbs: ["get", "list", "watch"], resources: ["statesources.paas.skypanel.io"], why: state },
  { verbs: ["get"], resources: ["clustersettings.paas.skypanel.io"], why: state },
  {
    verbs: ["patch"],
    resources: ["statesources", "clustersettings"].map((plural) => `${plural}/status.paas.skypanel.io`),
    why: state,
  },
  {
    verbs: ["create", "patch"],
    resources: ["clustersettings", "tenants", "sealeds", "apps"].map((plural) => `${plural}.paas.skypanel.io`),
    why: state,
  },
  {
    verbs: ["delete"],
    resources: ["tenants", "sealeds", "apps"].map((plural) => `${plural}.paas.skypanel.io`),
    why: state,
  },
  {
    verbs: ["delete"],
    resources: ["rolebindings.rbac.authorization.k8s.io"],
    why: "a binding whose role changed with a release is made anew, for its role cannot be changed",
  },
];
const worker = { name: "worker", type: "Worker", resources: size };
const notKnown = JSON.stringify({ kind: "Status", code: 422, reason: "Invalid", message: "sendInitialEvents" });
let proxy: FaultProxy;
let key: ClusterKey;
let place: TenantAtWork;
let release: () => Promise<void>;

/** Before anything is there: the first watch of each collection must list, the first write of each must be read back. */
function arm(): void {
  const resources = new Set([...operatorRules, ...tenantRules].flatMap((rule) => rule.resources));
  for (const resource of resources) {
    proxy.arm({
      match: { verb: "watch", resource, times: 1 },
      action: { type: "answer", status: 422, body: notKnown },
    });
    const subresource = kinds.some(({ plural }) => plural === resource) ? "status" : "";
    const namespace = "/^(sp-.*|)$/";
    proxy.arm({ match: { verb: "apply", resource, subresource, namespace, times: 1 }, action: { type: "cut" } });
  }
}

async function sealedValue(value: string): Promise<object> {
  const scope = { cluster: key.clusterId ?? "", tenant: place.name, namespace: place.namespace, name: "vars" };
  const ciphertext = await seal(key.ageRecipient, { ...scope, key: "TOKEN", version: 1, value });
  return { recipient: key.ageRecipient, values: { TOKEN: ciphertext } };
}

beforeAll(async () => {
  key = await identityOf(await makeKeys(), randomUUID());
  const through = async ({ url: target, ca }: Server) => {
    proxy = await startFaultProxy({ arrow: "kube", target, ca });
    arm();
    return { url: proxy.url, ca: proxy.ca };
  };
  place = await tenantAtWork({ key: () => key, through });
  release = await claimSettings(place.operator.hands);
});

afterAll(async () => {
  await release();
  await place.stop();
  await proxy.close();
});

it("T-A15 the operator uses what its roles grant, and nothing else", async () => {
  const { operator, namespace } = place;
  const ingress = { className: "traefik", namespace: "traefik", scheme: "http", port: inject("ingressPort") };
  const spec = { baseDomain: "localhost", ingress };
  await operator.apply(clusterSettings, "default", spec);

  // A pod whose probe fails is asked about; an app of every kind of child, and then of the fewest.
  await place.deploy("silent", {}, { health: { http: { path: "/nothing" }, periodSeconds: 5 } });
  await operator.apply(sealed, "vars", await sealedValue("one"), namespace);
  const mail = { ...worker, name: "mail", autoscaling: { min: 1, max: 2 } };
  const scaled = { ...web, autoscaling: { min: 2, max: 3 } };
  const whole = {
    source: hello,
    processes: [scaled, { ...worker, replicas: 2 }, mail],
    variablesFrom: [{ name: "vars" }],
  };
  await operator.apply(app, "whole", whole, namespace);
  const isLive = async () => {
    const found = await operator.find<Live & App>(place.ref("whole"));
    expect(found?.status).toMatchObject({ phase: "Live", observedGeneration: found?.metadata.generation });
  };
  await vi.waitFor(isLive, within);
  await operator.apply(sealed, "vars", await sealedValue("two"), namespace);
  await operator.apply(app, "whole", { source: hello, processes: [worker] }, namespace);
  await vi.waitFor(isLive, within);

  const { namespace: home } = operator.installation;
  const rolesIn = (where: string) => [where === home ? "self" : where.startsWith("sp-") ? "tenant" : "", "operator"];
  await vi.waitFor(() => {
    expect(differences(roles, used(proxy.calls(), roles, rolesIn), excuses)).toEqual([]);
  }, within);
  const { status } =
    (await operator.find<Live & Sealed>({ resource: resourceOf(sealed), namespace, name: "vars" })) ?? {};
  expect(status?.phase).toBe("Open");
}, 280_000);
