import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { collectionPath } from "../../operator/src/kube/paths.ts";
import { apiVersionOf, deployments, namespaces } from "../../operator/src/kube/resources.ts";
import { desired as desiredOfTenant } from "../../operator/src/tenants/desired.ts";
import { type DryRun, eightAtATime, openDryRun } from "../harness/dry-run.ts";
import { type Kubectl, kubectl } from "../harness/kubectl.ts";
import { replayLine, seeded, seedsOf } from "../harness/seeds.ts";
import { aRandomTenant, aRandomWorld, childrenOf } from "./a-random-app.ts";
import { badPods, goodPod } from "./bad-pods.ts";

const namespace = "charts-restricted";
const pods = `/api/v1/namespaces/${namespace}/pods`;
let k: Kubectl;
let server: DryRun;

/** JSON of a pod; its account is the namespace's own, for no other is there. */
const podOf = (spec: object, labels: object = {}) =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "x", labels },
    spec: { ...spec, serviceAccountName: "default" },
  });

beforeAll(async () => {
  k = kubectl(inject("kubectl"), inject("kubeconfig"));
  server = await openDryRun(inject("kubectl"), inject("kubeconfig"));
  // As a tenant's, but that nobody's operator takes it for one.
  const [tenants] = desiredOfTenant(aRandomTenant(seeded(1))).filter(({ resource }) => resource === namespaces);
  const labels = Object.entries(tenants?.manifest.metadata.labels ?? {}).filter(([name]) =>
    name.startsWith("pod-security"),
  );
  const metadata = { name: namespace, labels: Object.fromEntries(labels) };
  await k(["create", "--filename=-"], JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata }));
  await k(["wait", "serviceaccount/default", "--for=create", "--timeout=60s", `--namespace=${namespace}`]);
});

afterAll(async () => {
  await server.close();
  await k(["delete", "namespace", namespace]);
});

describe("T-A14 in a namespace that admits only restricted pods, the API server", () => {
  it.each(seedsOf("T-A14", 12))("takes all of an app of seed %i, and its pods", async (seed) => {
    const children = childrenOf(aRandomWorld(seeded(seed)));
    const asked = children.flatMap(({ resource, manifest }) => {
      const metadata = { ...manifest.metadata, namespace };
      const body = { ...manifest, apiVersion: apiVersionOf(resource), kind: resource.kind, metadata };
      const whole = { collection: collectionPath(resource, namespace), json: JSON.stringify(body) };
      if (resource !== deployments) return [whole];
      const { template } = Object(manifest.spec);
      return [whole, { collection: pods, json: podOf(template.spec, template.metadata.labels) }];
    });
    const verdicts = await eightAtATime(asked, ({ collection, json }) => server.create(collection, json));
    const refused = verdicts.flatMap(({ message }) => (message === "" ? [] : [message]));
    expect(refused, replayLine("T-A14", seed)).toEqual([]);
  });

  it("takes a pod as tenants may have it", async () => {
    expect(await server.create(pods, podOf(goodPod))).toEqual({ isTaken: true, message: "" });
  });

  it("has 30 bad pods to refuse", () => {
    expect(badPods.length).toBeGreaterThanOrEqual(30);
  });

  it.each(badPods)("refuses a pod that $title", async ({ pod }) => {
    expect((await server.create(pods, podOf(pod))).message).toMatch(/violates PodSecurity|is invalid/);
  });
});
