import { join } from "node:path";
import { app } from "@skypanel/crds/kinds/app.ts";
import { clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import { tenant } from "@skypanel/crds/kinds/tenant.ts";
import { Failure } from "@skypanel/local-cluster/machine/failure.ts";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { isSettled } from "../../e2e/harness/settled.ts";
import { type Installation, installationAtWork } from "../../operator/src/installation-at-work.ts";
import { deployments, ingresses, namespaces, resourceOf } from "../../operator/src/kube/resources.ts";
import { settingsName } from "../../operator/src/settings.ts";
import { writeAccess } from "./access.ts";
import type { Stage } from "./stage.ts";
import { runLabel } from "./wave.ts";
import { noIngress } from "./wave-setting.ts";
import type { Setting, Workload } from "./workload.ts";

const [apps, tenants] = [resourceOf(app), resourceOf(tenant)];
const settings = { resource: resourceOf(clusterSettings), name: settingsName };

/** Installs the product's kinds and its account, for the operator as it is shipped. */
export async function appSetting(stage: Stage): Promise<Setting & { readonly installation: Installation }> {
  const installation = await installationAtWork(stage.kubeconfig, stage.hands);
  await refuseOthersTenants(stage).catch(async (error: unknown) => {
    await installation.remove();
    throw error;
  });
  // With a base domain apps have hosts, and so an Ingress; the class is nobody's, so that no router does work of its own.
  await stage.put(settings, { spec: { baseDomain: "bench.example", ingress: { className: "bench" } } });
  const { url, ca } = stage.server;
  return {
    access: await writeAccess(join(stage.folder, "apps"), url, ca, installation.token),
    workload: appWorkload(stage),
    installation,
    remove: async () => {
      await stage.hands.remove(settings);
      await installation.remove();
    },
  };
}

/**
 * The shipped operator takes care of every Tenant it sees: those of others would be in its hands. Those that a killed run
 * has left go.
 */
async function refuseOthersTenants({ hands, clear }: Stage): Promise<void> {
  const left: string[] = [];
  for await (const { items } of hands.kube.list(tenants, { limit: 500 })) {
    const foreign = items.find(({ metadata }) => metadata.labels?.[runLabel] === undefined);
    const name = foreign?.metadata.name;
    if (name !== undefined) throw new Failure(`this cluster serves the tenant ${name}: give the bench one of its own`);
    left.push(...items.map(({ metadata }) => metadata.name));
  }
  await clear(tenants, left);
}

function appWorkload(stage: Stage): Workload {
  const { run, hands } = stage;
  const names = { crowd: `${run}-crowd`, beside: `${run}-beside`, failing: `${run}-failing` };
  const places = { crowd: `sp-${names.crowd}`, beside: `sp-${names.beside}`, failing: `sp-${names.failing}` };
  return {
    resource: apps,
    places,
    prepare: async () => {
      for (const name of Object.values(names)) {
        const ref = { resource: tenants, name };
        await stage.put(ref, { spec: {} });
        for (;;) {
          const found = await hands.find(ref);
          if (found !== undefined && isSettled(found)) break;
          await systemClock.sleep(50, stage.signal);
        }
      }
      await stage.put(...noIngress(places.failing));
    },
    body: (name, image) => ({
      metadata: { name },
      spec: {
        source: { image: { reference: image } },
        slug: `${name}-${run}`,
        processes: [{ name: "web", type: "Web", port: 8080, replicas: 0 }],
      },
    }),
    deploymentOf: workDeployment,
    isReady: isSettled,
    verify: async (namespace, name) => {
      for (const ref of [workDeployment(namespace, name), { resource: ingresses, namespace, name }]) {
        if ((await hands.find(ref)) === undefined) throw new Error(`the app ${name} has no ${ref.resource.kind}`);
      }
    },
    clear: async () => {
      await stage.clear(tenants, Object.values(names));
      await stage.clear(
        namespaces,
        Object.values(places).flatMap((place) => [place, `${place}-builds`]),
      );
    },
  };
}

const workDeployment = (namespace: string, name: string) => ({
  ...{ resource: deployments, namespace, name: `${name}-web` },
});
