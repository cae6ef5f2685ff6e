import { join } from "node:path";
import { systemClock } from "@skypanel/runtime/clock.ts";
import {
  accountToken,
  clusterRoleBindings,
  customResourceDefinitions,
} from "../../operator/src/installation-at-work.ts";
import { covers } from "../../operator/src/kube/covers.ts";
import type { JsonObject, Live, Ref } from "../../operator/src/kube/kube.ts";
import { deployments, namespaces, resourceQuotas, serviceAccounts } from "../../operator/src/kube/resources.ts";
import { writeAccess } from "./access.ts";
import { childrenOf } from "./children.ts";
import type { Stage } from "./stage.ts";
import { type Wave, waveDefinition, waves } from "./wave.ts";
import type { Places, Setting, Workload } from "./workload.ts";

const port = 8080;

/** Installs the kind of the bench, and an account that its programs run under. */
export async function waveSetting(stage: Stage): Promise<Setting> {
  const definition = { resource: customResourceDefinitions, name: `${waves.plural}.${waves.group}` };
  await stage.put(definition, waveDefinition(stage.run));
  while (!(await isServed(stage))) await systemClock.sleep(100);
  const token = await tokenOf(stage);
  return {
    access: await writeAccess(join(stage.folder, "waves"), stage.server.url, stage.server.ca, token),
    workload: waveWorkload(stage),
    remove: async () => {
      await stage.hands.remove({ resource: clusterRoleBindings, name: stage.run });
      await stage.clear(namespaces, [stage.run]);
      await stage.clear(customResourceDefinitions, [definition.name]); // gone before the next program brings it anew
    },
  };
}

const isServed = ({ hands }: Stage) =>
  hands.kube
    .list(waves, { limit: 1 })
    [Symbol.asyncIterator]()
    .next()
    .then(
      () => true,
      () => false,
    );

/** The token of an account that may do all: what a program may is no part of the comparison. */
async function tokenOf(stage: Stage): Promise<string> {
  const { run: namespace, put, hands } = stage;
  const name = "programs";
  await put({ resource: namespaces, name: namespace });
  await put({ resource: serviceAccounts, namespace, name });
  await put(
    { resource: clusterRoleBindings, name: namespace },
    {
      roleRef: { apiGroup: clusterRoleBindings.group, kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    },
  );
  return accountToken(hands, namespace, name);
}

function waveWorkload(stage: Stage): Workload {
  const { run, hands } = stage;
  const places: Places = { crowd: `${run}-crowd`, beside: `${run}-beside`, failing: `${run}-failing` };
  const all = Object.values(places);
  return {
    resource: waves,
    places,
    prepare: async () => {
      for (const name of all) await stage.put({ resource: namespaces, name });
      await stage.put(...noIngress(places.failing));
    },
    body: (name, image) => ({ metadata: { name }, spec: { image, port, host: `${name}.bench.example` } }),
    deploymentOf: (namespace, name) => ({ resource: deployments, namespace, name }),
    isReady: (object) => {
      const { observedGeneration, conditions = [] } = (object as Wave & Live).status ?? {}; // a wave
      const ready = conditions.find(({ type }) => type === "Ready");
      return ready?.status === "True" && observedGeneration === object.metadata.generation;
    },
    verify: async (namespace, name) => {
      const asked = await hands.kube.get<Wave & Live>({ resource: waves, namespace, name });
      for (const { resource, manifest } of childrenOf(asked)) {
        const live = await hands.find({ resource, namespace, name });
        if (!covers(live, manifest, resource.lists)) throw new Error(`${resource.kind} ${name} is not as asked`);
      }
    },
    clear: () => stage.clear(namespaces, all),
  };
}

/** A quota under which everything that wants an Ingress fails, after all else of it was made. */
export function noIngress(namespace: string): [Ref, JsonObject] {
  const ref = { resource: resourceQuotas, namespace, name: "no-ingress" };
  return [ref, { spec: { hard: { "count/ingresses.networking.k8s.io": "0" } } }];
}
