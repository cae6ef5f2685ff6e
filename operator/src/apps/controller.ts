import { app } from "@skypanel/crds/kinds/app.ts";
import { clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import { sealed } from "@skypanel/crds/kinds/sealed.ts";
import { tenant } from "@skypanel/crds/kinds/tenant.ts";
import type { Millis } from "@skypanel/crds/time.ts";
import type { Key, KindController, Reader } from "../kube/controller.ts";
import { tenantLabel } from "../kube/inventory.ts";
import type { Kube, Live } from "../kube/kube.ts";
import {
  autoscalers,
  deployments,
  disruptionBudgets,
  ingresses,
  namespaces,
  networkPolicies,
  pods,
  replicaSets,
  resourceOf,
  serviceAccounts,
  services,
} from "../kube/resources.ts";
import { appLabel } from "../labels.ts";
import { asleep } from "./asleep.ts";
import { desired } from "./desired.ts";
import { type AppWorld, gather } from "./gather.ts";
import { probeWords } from "./probe-gather.ts";
import { slugOf } from "./slug.ts";
import { status } from "./status.ts";

const apps = resourceOf(app);
const keyOf = ({ metadata }: Live): Key => `${metadata.namespace}/${metadata.name}`;
const all = (_: Live, reader: Reader) => reader.list(apps).map(keyOf);
const inNamespace = (reader: Reader, namespace: string) => reader.byIndex(apps, "namespace", namespace).map(keyOf);

/** The app a pod or ReplicaSet belongs to, by the label we gave it: its owner is the Deployment. */
function byLabel({ metadata }: Live): Key[] {
  const name = metadata.labels?.[appLabel];
  return name === undefined ? [] : [`${metadata.namespace}/${name}`];
}

/** Apps: processes become Deployments, with what they need to be reached. `now` is the wall clock. */
export function appsController(deps: {
  kube: Pick<Kube, "list">;
  now: () => Millis;
}): KindController<typeof app, AppWorld> {
  const words = probeWords(deps.kube, deps.now);
  return {
    kind: app,
    watches: [
      ...[serviceAccounts, networkPolicies, services, deployments, autoscalers, disruptionBudgets, ingresses].map(
        (resource) => ({ resource }),
      ),
      { resource: replicaSets, keys: byLabel },
      { resource: pods, keys: byLabel, indexes: { app: byLabel } },
      {
        resource: namespaces,
        keys: ({ metadata }, reader) => inNamespace(reader, metadata.name),
        indexes: { tenant: ({ metadata }) => [metadata.labels?.[tenantLabel] ?? ""] },
      },
      {
        resource: resourceOf(tenant),
        keys: ({ metadata }, reader) =>
          reader
            .byIndex(namespaces, "tenant", metadata.name)
            .flatMap((namespace) => inNamespace(reader, namespace.metadata.name)),
      },
      {
        resource: resourceOf(sealed),
        keys: (object, reader) => reader.byIndex(apps, "sealed", keyOf(object)).map(keyOf),
      },
      { resource: resourceOf(clusterSettings), keys: all },
      // A rival that goes frees its host.
      {
        resource: apps,
        keys: (object, reader) =>
          // What the API server stores under this kind has passed its schema, but for defaults of later releases.
          reader
            .byIndex(apps, "slug", slugOf(object as Parameters<typeof slugOf>[0]))
            .map(keyOf)
            .filter((key) => key !== keyOf(object)),
      },
    ],
    indexes: {
      slug: (object) => [slugOf(object)],
      namespace: ({ metadata }) => [metadata.namespace ?? ""],
      sealed: ({ metadata, spec }) =>
        (spec.variablesFrom ?? []).flatMap(({ kind, name }) =>
          kind === "Sealed" ? [`${metadata.namespace}/${name}`] : [],
        ),
    },
    gather: async (object, reader, signal) => {
      const world = gather(object, reader);
      return { ...world, probes: await words.of(world, signal) };
    },
    desired,
    status,
    isSuspended: (world) => asleep(world)?.phase === "Suspended",
  };
}
