import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { describe, expect, it } from "vitest";
import { type JsonObject, KubeError } from "../kube/kube.ts";
import { memoryKube } from "../kube/memory-kube.ts";
import { namespaces, pods } from "../kube/resources.ts";
import { survey } from "./survey.ts";

const storage = { group: "storage.k8s.io", version: "v1", kind: "StorageClass", plural: "storageclasses" };
const ingress = { group: "networking.k8s.io", version: "v1", kind: "IngressClass", plural: "ingressclasses" };
const node = { group: "", version: "v1", kind: "Node", plural: "nodes" };
const clusterWide = { namespaced: false };
const standard = { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } };

function aPod(cpu: string): JsonObject {
  const containers = [{ name: "c", resources: { requests: { cpu, memory: "1Gi" } } }];
  return { metadata: {}, spec: { nodeName: "m1", containers } };
}

function aCluster() {
  const kube = memoryKube(manualClock());
  kube.edit({ resource: namespaces, name: "n" }, { metadata: {} });
  kube.edit({ resource: { ...node, ...clusterWide }, name: "m1" }, { metadata: {} });
  kube.edit({ resource: { ...storage, ...clusterWide }, name: "fast" }, { metadata: standard });
  kube.edit({ resource: { ...storage, ...clusterWide }, name: "slow" }, { metadata: {} });
  kube.edit({ resource: { ...ingress, ...clusterWide }, name: "traefik" }, { metadata: {} });
  for (const name of ["a", "b"]) kube.edit({ resource: pods, namespace: "n", name }, aPod("500m"));
  return kube;
}
const look = (kube: ReturnType<typeof aCluster>) => survey(kube, new AbortController().signal);

describe("a survey", () => {
  it("finds machines with what their pods ask of them, and the classes", async () => {
    expect(await look(aCluster())).toMatchObject({
      machines: [{ name: "m1" }],
      storageClasses: [
        { name: "fast", isDefault: true },
        { name: "slow", isDefault: false },
      ],
      ingressClasses: ["traefik"],
      forbidden: [],
    });
  });

  it("sums up the pods of every page", async () => {
    const kube = aCluster();
    const few = (await look(kube)).machines[0];
    for (let n = 0; n < 250; n += 1) kube.edit({ resource: pods, namespace: "n", name: `p${n}` }, aPod("4m"));
    const many = (await look(kube)).machines[0];
    expect([few?.requested.cpu, many?.requested.cpu]).toEqual([1_000, 2_000]);
  });

  it("names what it may not read, and sees the rest", async () => {
    const kube = aCluster();
    kube.failNext("list storageclasses", new KubeError("forbidden", "no"));
    const seen = await look(kube);
    expect([seen.storageClasses, seen.forbidden]).toEqual([undefined, ["storageclasses.storage.k8s.io"]]);
    expect(seen.ingressClasses).toEqual(["traefik"]);
  });

  it("fails as a whole when the API is away", async () => {
    const kube = aCluster();
    kube.failNext("list nodes", new KubeError("unavailable", "down"));
    await expect(look(kube)).rejects.toThrow("down");
  });
});
