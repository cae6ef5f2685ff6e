import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { resourceQuotas } from "../../operator/src/kube/resources.ts";
import { size, type TenantAtWork, tenantAtWork, within } from "./tenant-at-work.ts";

let at: TenantAtWork;

const shell = (args: readonly string[], input = "") => at.kubectl([...args, `--namespace=${at.namespace}`], input);
const put = (...items: readonly object[]) =>
  shell(["apply", "--filename=-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));

/** An engineer's rule for the tenant's Deployments: those of one name are refused. */
function policy(refused: string): readonly object[] {
  const metadata = { name: at.name };
  const apiVersion = "admissionregistration.k8s.io/v1";
  const rules = [
    { apiGroups: ["apps"], apiVersions: ["v1"], resources: ["deployments"], operations: ["CREATE", "UPDATE"] },
  ];
  const message = "replicas must be odd";
  const expression = `object.metadata.name != '${refused}-web' || object.spec.replicas % 2 == 1`;
  const selector = { matchLabels: { "kubernetes.io/metadata.name": at.namespace } };
  return [
    {
      ...{ apiVersion, kind: "ValidatingAdmissionPolicy", metadata },
      spec: { matchConstraints: { resourceRules: rules }, validations: [{ expression, message }] },
    },
    {
      ...{ apiVersion, kind: "ValidatingAdmissionPolicyBinding", metadata },
      spec: {
        policyName: at.name,
        validationActions: ["Deny"],
        matchResources: { namespaceSelector: selector },
      },
    },
  ];
}

beforeAll(async () => {
  at = await tenantAtWork({ spec: { quota: { memory: "400Mi", pods: 10 } } });
  await vi.waitFor(async () => {
    const found = await at.operator.find({ resource: resourceQuotas, namespace: at.namespace, name: "skypanel.quota" });
    expect(found).toHaveProperty("status.used.pods");
  }, within);
});

afterAll(async () => {
  await at.kubectl(["delete", "validatingadmissionpolicybinding,validatingadmissionpolicy", at.name]);
  await at.stop();
});

describe("T-F07 an app the cluster refuses says why, and the next good spec cures it", () => {
  it("QuotaExceeded: no more memory may be had", async () => {
    await at.deploy("large", {}, { resources: { ...size, memory: "300Mi" }, replicas: 2 });
    expect(await at.shows("large", "QuotaExceeded")).toContain("The quota of memory is used up.");
    await at.deploy("large", {}, { replicas: 1 });
    await at.becomes("large", "Live");
  });

  it("StartFailed: an engineer's bound refuses every instance", async () => {
    const max = { memory: "80Mi" };
    const spec = { limits: [{ type: "Container", max, default: { cpu: "10m" }, defaultRequest: { memory: "1Mi" } }] };
    await put({ apiVersion: "v1", kind: "LimitRange", metadata: { name: "theirs" }, spec });
    await at.deploy("bound", {}, { resources: { ...size, memory: "96Mi" } });
    expect(await at.shows("bound", "StartFailed")).toContain("maximum memory usage per Container is 80Mi");
    await at.deploy("bound");
    await at.becomes("bound", "Live");
  });

  it("an engineer's usual sizes change no instance of ours", async () => {
    expect((await at.deployment("bound"))?.metadata.generation).toBe(2);
    const sized = "--output=jsonpath={.items[*].spec.containers[*].resources}";
    const sizes = await shell(["get", "pods", "--selector=paas.skypanel.io/app=bound", sized]);
    expect(JSON.parse(sizes)).toMatchObject({ limits: { cpu: "100m", memory: "64Mi" }, requests: { cpu: "25m" } });
  });

  it("SpecInvalid: an admission policy refuses it", async () => {
    await put(...policy("even"));
    await at.deploy("odd");
    // The API server takes a moment to know a policy.
    await vi.waitFor(async () => {
      await expect(
        shell(["create", "deployment", "even-web", "--image=x", "--replicas=2", "--dry-run=server"]),
      ).rejects.toThrow("replicas must be odd");
    }, within);
    await at.deploy("even", {}, { replicas: 2 });
    expect(await at.shows("even", "SpecInvalid", "Stalled")).toContain("replicas must be odd.");
    await at.deploy("even");
    await at.becomes("even", "Live");
  });

  it("ImmutableField: somebody put another Deployment in the place of ours", async () => {
    const found = JSON.parse(await shell(["get", "deployment", "odd-web", "--output=json"]));
    const { name, namespace, labels, ownerReferences } = found.metadata;
    const theirs = { app: "theirs" };
    const { template } = found.spec;
    await at.kubectl([
      "annotate",
      "apps.paas.skypanel.io",
      "odd",
      "paas.skypanel.io/paused=true",
      `--namespace=${at.namespace}`,
    ]);
    await at.says("odd", "Paused", "Stalled");
    await shell(["delete", "deployment", "odd-web"]);
    await put({
      ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace, labels, ownerReferences } },
      spec: { selector: { matchLabels: theirs }, template: { ...template, metadata: { labels: theirs } } },
    });
    await at.kubectl([
      "annotate",
      "apps.paas.skypanel.io",
      "odd",
      "paas.skypanel.io/paused-",
      `--namespace=${at.namespace}`,
    ]);
    expect(await at.shows("odd", "ImmutableField", "Stalled")).toContain("spec.selector cannot change.");
    await shell(["delete", "deployment", "odd-web"]);
    await at.becomes("odd", "Live");
  });
});
