import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Kubectl, kubectl } from "../../e2e/harness/kubectl.ts";
import {
  anApp,
  aSealed,
  aStateSource,
  aTenant,
  corpusNamespace,
  type Manifest,
  someSettings,
} from "./corpus/good-manifests.ts";
import { wrongManifests } from "./corpus/wrong-manifests.ts";
import { app } from "./kinds/app.ts";
import { kinds } from "./kinds.ts";
import { readManifest } from "./manifest.ts";
import { readYaml } from "./yaml.ts";

const root = join(import.meta.dirname, "../..");
let k: Kubectl;

/** Asks the API server for everything but the storing, as strictly as kubectl does by default. */
const create = (manifest: unknown) =>
  k(["create", "--dry-run=server", "--validate=strict", "--output=json", "--filename=-"], JSON.stringify(manifest));

/** The same for an object that may be there already: the one ClusterSettings belongs to whoever runs on the cluster. */
const put = (manifest: unknown) =>
  k(
    [
      "apply",
      "--server-side",
      "--force-conflicts",
      "--dry-run=server",
      "--validate=strict",
      "--output=json",
      "--filename=-",
    ],
    JSON.stringify(manifest),
  );

beforeAll(async () => {
  k = kubectl(inject("kubectl"), inject("kubeconfig"));
  await k(["apply", "--server-side", "--force-conflicts", "--filename", join(root, "helm/skypanel-operator/crds")]);
  const names = kinds.map(({ plural, group }) => `customresourcedefinition/${plural}.${group}`);
  await k(["wait", "--for=condition=Established", "--timeout=30s", ...names]);
  await k(["create", "namespace", corpusNamespace]);
});

afterAll(async () => {
  await k(["delete", "namespace", corpusNamespace]);
});

describe("the API server", () => {
  it.each(kinds)("takes the schema of $kind as structural", async ({ plural, group }) => {
    const { status } = JSON.parse(await k(["get", "customresourcedefinition", `${plural}.${group}`, "--output=json"]));
    const states = status.conditions.map(
      (condition: { type: string; status: string }) => `${condition.type}=${condition.status}`,
    );
    expect(states.toSorted()).toEqual(["Established=True", "NamesAccepted=True"]);
  });

  it.each([anApp(), aTenant(), aSealed(), aStateSource(), someSettings()])(
    "takes a $kind with every field",
    async (manifest) => {
      expect(JSON.parse(await put(manifest))).toMatchObject({ spec: manifest.spec });
    },
  );

  it("takes every example", async () => {
    const paths = (await readdir(join(root, "examples"), { recursive: true })).filter((path) => path.endsWith(".yaml"));
    expect(paths.length).toBeGreaterThan(1);
    for (const path of paths) {
      const read = readYaml(await readFile(join(root, "examples", path), "utf8"));
      const manifest = (read.ok ? read.value : read.problems) as Manifest; // a problem list is refused below
      const { namespace, ...metadata } = manifest.metadata;
      const placed = { ...manifest, metadata: namespace ? { ...metadata, namespace: corpusNamespace } : metadata };
      const applied = k(["apply", "--server-side", "--dry-run=server", "--filename=-"], JSON.stringify(placed));
      await expect(applied, path).resolves.toContain(`${manifest.metadata.name} serverside-applied`);
    }
  });

  it("fills in the same defaults as our edges", async () => {
    const short = anApp();
    short.spec = {
      source: { image: { reference: "shop" } },
      processes: [{ name: "web", type: "Web", port: 80, health: {} }],
    };
    const ours = readManifest(app, short);
    expect(JSON.parse(await create(short)).spec).toEqual(ours.ok ? ours.object.spec : ours.problems);
  });

  it.each(wrongManifests)("refuses %s, naming %s", async (_, field, manifest) => {
    await expect(create(manifest)).rejects.toThrow(field);
  });

  it("lets no tenant move to another namespace", async () => {
    const tenant = aTenant();
    await k(["create", "--filename=-"], JSON.stringify(tenant));
    const move = k([
      "patch",
      "tenant",
      tenant.metadata.name,
      "--type=merge",
      "--patch",
      '{"spec":{"namespace":"elsewhere"}}',
    ]);
    await expect(move).rejects.toThrow("spec.namespace: Invalid value: namespace cannot change");
    await k(["delete", "tenant", tenant.metadata.name]);
  });

  it("takes no reason from outside the catalogue", async () => {
    const manifest = anApp();
    await k(["create", "--filename=-"], JSON.stringify(manifest));
    const condition = {
      type: "Ready",
      status: "True",
      observedGeneration: 1,
      message: "",
      lastTransitionTime: "2030-01-01T00:00:00Z",
    };
    const say = (reason: string) =>
      k([
        "patch",
        "app",
        manifest.metadata.name,
        "--namespace",
        corpusNamespace,
        "--subresource=status",
        "--type=merge",
        "--patch",
        JSON.stringify({ status: { conditions: [{ ...condition, reason }] } }),
      ]);
    await expect(say("BecauseISaySo")).rejects.toThrow("status.conditions[0].reason");
    await expect(say("Running")).resolves.toContain("patched");
    await k(["delete", "app", manifest.metadata.name, "--namespace", corpusNamespace]);
  });

  it("explains an app's fields in words", async () => {
    expect(await k(["explain", "app.spec.processes"])).toContain("Name of the process within the app.");
  });
});
