import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { app } from "@skypanel/crds/kinds/app.ts";
import { tenant } from "@skypanel/crds/kinds/tenant.ts";
import type { Condition } from "@skypanel/crds/meta.ts";
import { Failure } from "@skypanel/local-cluster/machine/failure.ts";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { type Installation, installationAtWork } from "../../operator/src/installation-at-work.ts";
import type { Live } from "../../operator/src/kube/kube.ts";
import { deployments, resourceOf } from "../../operator/src/kube/resources.ts";
import { writeAccess } from "./access.ts";
import type { Stage } from "./stage.ts";
import { runLabel } from "./wave.ts";
import { noIngress } from "./wave-setting.ts";
import type { Setting, Workload } from "./workload.ts";

const [apps, tenants] = [resourceOf(app), resourceOf(tenant)];
type Said = Live & { readonly status?: { readonly observedGeneration?: number; readonly conditions?: Condition[] } };

/** Installs the product's kinds and its account, for the operator as it is shipped. */
export async function appSetting(stage: Stage): Promise<Setting & { readonly installation: Installation }> {
  const installation = await installationAtWork(stage.kubeconfig, stage.hands);
  await refuseOthersTenants(stage);
  const { users } = JSON.parse(await readFile(await installation.kubeconfig(), "utf8"));
  const { url, ca } = stage.server;
  return {
    access: await writeAccess(join(stage.folder, "apps"), url, ca, users[0].user.token),
    workload: appWorkload(stage),
    installation,
    remove: installation.remove,
  };
}

/** The shipped operator takes care of every Tenant it sees: those of others would be in its hands. */
async function refuseOthersTenants({ hands }: Stage): Promise<void> {
  for await (const { items } of hands.kube.list(tenants, { limit: 500 })) {
    const foreign = items.find(({ metadata }) => metadata.labels?.[runLabel] === undefined);
    if (foreign === undefined) continue;
    throw new Failure(`this cluster serves the tenant ${foreign.metadata.name}: give the bench a cluster of its own`);
  }
}

function appWorkload(stage: Stage): Workload {
  const { run, hands } = stage;
  const names = { crowd: `${run}-crowd`, beside: `${run}-beside`, failing: `${run}-failing` };
  const places = { crowd: `sp-${names.crowd}`, beside: `sp-${names.beside}`, failing: `sp-${names.failing}` };
  const isSettled = (object: Live) => {
    const { observedGeneration, conditions = [] } = (object as Said).status ?? {}; // of our kinds
    const isDone = conditions.some(({ type, status }) => type === "Reconciling" && status === "False");
    return isDone && observedGeneration === object.metadata.generation;
  };
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
    deploymentOf: (namespace, name) => ({ resource: deployments, namespace, name: `${name}-web` }),
    isReady: isSettled,
    verify: async (namespace, name) => {
      const found = await hands.find(workDeployment(namespace, name));
      if (found === undefined) throw new Error(`the app ${name} has no Deployment`);
    },
    clear: () => stage.clear(tenants, Object.values(names)),
  };
}

const workDeployment = (namespace: string, name: string) => ({
  ...{ resource: deployments, namespace, name: `${name}-web` },
});
