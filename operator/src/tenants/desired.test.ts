import { writeYaml } from "@skypanel/crds/yaml.ts";
import { describe, expect, it } from "vitest";
import { aNamespace, aTenant } from "./a-tenant.ts";
import { desired } from "./desired.ts";

const yaml = (children: ReturnType<typeof desired>) =>
  children.map(({ resource, manifest }) => writeYaml({ kind: resource.kind, ...manifest })).join("---\n");
const policies = (children: ReturnType<typeof desired>) =>
  children.filter(({ resource }) => resource.kind === "NetworkPolicy");

describe("what a tenant has", () => {
  it("is two bounded and isolated namespaces", async () => {
    await expect(yaml(desired(aTenant().world()))).toMatchFileSnapshot("golden/acme.yaml");
  });

  it("is in the namespace it names", () => {
    const names = desired(aTenant({ namespace: "shop" }).world()).map(
      ({ manifest: { metadata } }) => metadata.namespace ?? metadata.name,
    );
    expect(new Set(names)).toEqual(new Set(["shop", "shop-builds"]));
  });

  it("gives nobody by default more than the whole tenant may have", () => {
    const quota = { cpu: "20m", memory: "64Mi", ephemeralStorage: "1Mi" };
    const ranges = desired(aTenant({ quota }).world()).filter(({ resource }) => resource.kind === "LimitRange");
    const all = { cpu: "20m", memory: "64Mi", "ephemeral-storage": "1Mi" };
    expect(ranges[0]?.manifest.spec).toMatchObject({
      limits: [{ max: all, default: all, defaultRequest: { ...all, "ephemeral-storage": "0" } }],
    });
  });

  it("lets builds reach no app", () => {
    const reachable = policies(desired(aTenant().world())).filter(
      ({ manifest }) =>
        manifest.metadata.namespace === "sp-acme-builds" && JSON.stringify(manifest).includes('sp-acme"'),
    );
    expect(reachable).toEqual([]);
  });

  it("opens nothing outside when egress is None", () => {
    const names = policies(desired(aTenant({ network: { egress: "None" } }).world())).map(
      ({ manifest }) => manifest.metadata.name,
    );
    expect(names).not.toContain("skypanel.egress");
  });

  it("opens only the listed ranges", () => {
    const [egress] = policies(
      desired(aTenant({ network: { egress: "Listed", cidrs: ["203.0.113.0/24"] } }).world()),
    ).filter(({ manifest }) => manifest.metadata.name === "skypanel.egress");
    expect(egress?.manifest.spec).toEqual({
      policyTypes: ["Egress"],
      egress: [{ to: [{ ipBlock: { cidr: "203.0.113.0/24" } }] }],
    });
  });

  it("closes the provider's own ranges too", () => {
    const world = aTenant().world();
    const settings = { ...world.settings, privateRanges: ["198.51.100.0/24"] };
    expect(JSON.stringify(desired({ ...world, settings }))).toContain('"240.0.0.0/4","198.51.100.0/24"');
  });
});

describe("a namespace that exists", () => {
  const handedOver = aNamespace("sp-acme", { "paas.skypanel.io/adopt": "acme" });
  const adopts = (tenant: ReturnType<typeof aTenant>) => desired(tenant.world())[0]?.adopt;

  it("is adopted when both sides agree", () => {
    expect(adopts(aTenant({ adopt: true }).finding(handedOver))).toBe(true);
  });

  it.each([
    ["the tenant does not ask for it", aTenant().finding(handedOver)],
    [
      "the namespace names another",
      aTenant({ adopt: true }).finding(aNamespace("sp-acme", { "paas.skypanel.io/adopt": "b" })),
    ],
    ["the namespace names nobody", aTenant({ adopt: true }).finding(aNamespace("sp-acme"))],
    [
      "the namespace has an owner",
      aTenant({ adopt: true }).finding({
        ...handedOver,
        metadata: { ...handedOver.metadata, labels: { "paas.skypanel.io/owner-uid": "other" } },
      }),
    ],
  ])("is left alone when %s", (_, tenant) => {
    expect(adopts(tenant)).toBeUndefined();
  });
});
