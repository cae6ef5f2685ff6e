import { writeYaml } from "@skypanel/crds/yaml.ts";
import { describe, expect, it } from "vitest";
import { aDeployment, anApp } from "./an-app.ts";
import { desired } from "./desired.ts";
import type { AppWorld } from "./gather.ts";

function children(world: AppWorld) {
  const wanted = desired(world);
  if (!("length" in wanted)) throw new Error(`a problem: ${wanted.reason.message}`);
  return wanted;
}

const yaml = (world: AppWorld) =>
  children(world)
    .map(({ resource, manifest }) => writeYaml({ kind: resource.kind, ...manifest }))
    .join("---\n");
const kinds = (world: AppWorld) => children(world).map(({ resource }) => resource.kind);

const helloWithWorker = anApp()
  .process({
    name: "web",
    type: "Web",
    port: 3000,
    replicas: 2,
    resources: { cpu: "250m", memory: "128Mi" },
    health: { http: { path: "/healthz" }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3, startSeconds: 60 },
  })
  .process({ name: "mailer", type: "Worker", command: ["node", "mail.js", "$(HOME)"], terminationGraceSeconds: 60 })
  .with({
    variables: [
      { name: "GREETING", value: "costs $5" },
      { name: "EMPTY", value: "" },
    ],
  })
  .reading("shop-variables", "shop-variables-0123456789abcdef");

const autoscaled = () =>
  anApp().process({
    ...{ name: "web", type: "Web", port: 3000, resources: { cpu: "250m", memory: "128Mi" } },
    autoscaling: { min: 2, max: 8, memoryPercent: 80 },
  });

describe("what an app consists of", () => {
  it.each([
    ["minimal", anApp()],
    ["web-and-worker", helloWithWorker],
    [
      "restarted",
      anApp().with({ restartRequest: "k3v9", source: { image: { reference: "a/b:1", pullSecret: "hub" } } }),
    ],
    ["autoscaled", autoscaled().running("web", aDeployment({ replicas: 3 }))],
    [
      "http-with-slug",
      anApp()
        .with({ slug: "shop-x7k2" })
        .onCluster({ baseDomain: "localhost", ingress: { scheme: "http" } }),
    ],
  ])("is rendered for %s", async (name, app) => {
    await expect(yaml(app.world())).toMatchFileSnapshot(`golden/${name}.yaml`);
  });

  it.each([
    ["stopped", anApp().process({ name: "web", type: "Web", port: 80, replicas: 3 }).stopped()],
    ["suspended", anApp().process({ name: "web", type: "Web", port: 80, replicas: 3 }).suspended("Wallet")],
    [
      "stopped and autoscaled",
      autoscaled()
        .running("web", aDeployment({ replicas: 3 }))
        .stopped(),
    ],
    ["of a suspended tenant", anApp().process({ name: "web", type: "Web", port: 80, replicas: 3 }).ofSuspendedTenant()],
  ])("keeps all but its instances when it is %s", (_, app) => {
    const deployment = children(app.world()).find(({ resource }) => resource.kind === "Deployment");
    expect(deployment?.manifest.spec).toMatchObject({ replicas: 0 });
    expect(kinds(app.world())).toEqual(["ServiceAccount", "NetworkPolicy", "Service", "Deployment", "Ingress"]);
  });

  it("is no Service for a worker alone", () => {
    const world = anApp().process({ name: "worker", type: "Worker" }).world();
    expect(kinds(world)).toEqual(["ServiceAccount", "Deployment"]);
  });

  it("has no way in without a base domain", () => {
    expect(kinds(anApp().onCluster({}).world())).not.toContain("Ingress");
  });

  it("has a disruption budget from two instances on", () => {
    const twice = (replicas: number) => anApp().process({ name: "web", type: "Web", port: 80, replicas }).world();
    expect(kinds(twice(1))).not.toContain("PodDisruptionBudget");
    expect(kinds(twice(2))).toContain("PodDisruptionBudget");
  });
});

describe("a host two apps ask for", () => {
  it.each([
    ["an older one has it", { createdAt: "2029-12-31T23:59:59Z", uid: "z" }, false],
    ["one as old with a lower uid has it", { createdAt: "2030-01-01T00:00:00Z", uid: "a" }, false],
    ["the other is younger", { createdAt: "2030-01-01T00:00:01Z", uid: "a" }, true],
    ["the other has no Web process", { createdAt: "2029-01-01T00:00:00Z", uid: "a", isWeb: false }, true],
  ])("leads here or not: %s", (_, rival, isHere) => {
    expect(kinds(anApp().besides(rival).world()).includes("Ingress")).toBe(isHere);
  });
});

describe("what cannot be rendered", () => {
  it.each([
    ["a namespace no tenant owns", anApp().withoutTenant(), "stop", "NamespaceNotManaged"],
    ["a Sealed that is not opened yet", anApp().reading("vars", undefined), "wait", "DependencyNotReady"],
    ["a Sealed that does not exist", anApp().reading("vars", undefined, false), "wait", "ReferenceMissing"],
  ])("is %s", (_, app, k, name) => {
    expect(desired(app.world())).toMatchObject({ k, reason: { name } });
  });
});
