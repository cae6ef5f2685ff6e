import { type App, type AppSpec, app as appKind } from "@skypanel/crds/kinds/app.ts";
import { type ClusterSettings, clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import { type Sealed, sealed } from "@skypanel/crds/kinds/sealed.ts";
import { type Tenant, tenant as tenantKind } from "@skypanel/crds/kinds/tenant.ts";
import type { Reader } from "../kube/controller.ts";
import { tenantLabel } from "../kube/inventory.ts";
import type { Live, Ref } from "../kube/kube.ts";
import { deployments, namespaces, pods, replicaSets, resourceOf } from "../kube/resources.ts";
import { childName, processLabel } from "../labels.ts";
import { type Settings, settingsName, settingsOf } from "../settings.ts";
import type { LiveDeployment, LivePod } from "./live.ts";
import { slugOf } from "./slug.ts";

export type Process = AppSpec["processes"][number];
export type Source = NonNullable<AppSpec["variablesFrom"]>[number];

/** A process as it is asked for, and what runs of it. */
export interface ProcessWorld {
  readonly process: Process;
  readonly deployment: LiveDeployment | undefined;
  /** Of every version. */
  readonly pods: readonly LivePod[];
  /** The `pod-template-hash` of the newest version; undefined before the first rollout. */
  readonly newest: string | undefined;
}

/** Where the values of an entry of `variablesFrom` are: no `secret` yet, or the object itself does not exist. */
export interface SourceWorld {
  readonly source: Source;
  readonly exists: boolean;
  readonly secret: string | undefined;
}

/** All that decides what an app should have and how it is. */
export interface AppWorld {
  readonly app: App;
  readonly namespace: string;
  /** Absent: no Tenant owns the namespace. */
  readonly tenant: Tenant | undefined;
  readonly settings: Settings;
  readonly sources: readonly SourceWorld[];
  readonly processes: readonly ProcessWorld[];
  /** Other apps that ask for the same host. */
  readonly rivals: readonly App[];
  /** What the last failed probe said, by pod uid; only of pods that fail for a while. */
  readonly probes: ReadonlyMap<string, string>;
}

/** Reads what `app` depends on, all of it from the cache; what probes say is added by the caller. */
export function gather(app: App, reader: Reader): Omit<AppWorld, "probes"> {
  const namespace = app.metadata.namespace ?? "";
  const owner = reader.get({ resource: namespaces, name: namespace })?.metadata.labels?.[tenantLabel];
  const settings = reader.get<Live & ClusterSettings>({ resource: resourceOf(clusterSettings), name: settingsName });
  const rivals = reader.byIndex<Live & App>(resourceOf(appKind), "slug", slugOf(app));
  return {
    app,
    namespace,
    tenant:
      owner === undefined ? undefined : reader.get<Live & Tenant>({ resource: resourceOf(tenantKind), name: owner }),
    settings: settingsOf(settings),
    sources: (app.spec.variablesFrom ?? []).map((source) => sourceWorld(source, namespace, reader)),
    processes: processWorlds(app, namespace, reader),
    rivals: rivals.filter(({ metadata }) => metadata.uid !== app.metadata.uid),
  };
}

/** A Secret of the customer is not looked at: its values are none of ours, and the kubelet says if it is missing. */
function sourceWorld(source: Source, namespace: string, reader: Reader): SourceWorld {
  if (source.kind === "Secret") return { source, exists: true, secret: source.name };
  const ref: Ref = { resource: resourceOf(sealed), namespace, name: source.name };
  const found = reader.get<Live & Sealed>(ref);
  return { source, exists: found !== undefined, secret: found?.status?.secretName };
}

function processWorlds(app: App, namespace: string, reader: Reader): ProcessWorld[] {
  const name = app.metadata.name;
  const all = reader.byIndex<LivePod>(pods, "app", `${namespace}/${name}`);
  return app.spec.processes.map((process) => {
    const ref: Ref = { resource: deployments, namespace, name: childName(name, process.name) };
    const deployment = reader.get<LiveDeployment>(ref);
    return {
      process,
      deployment,
      pods: all.filter(({ metadata }) => metadata.labels?.[processLabel] === process.name),
      newest: newestVersion(deployment, reader),
    };
  });
}

const revision = ({ metadata }: Live) => Number(metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);

function newestVersion(deployment: LiveDeployment | undefined, reader: Reader): string | undefined {
  const uid = deployment?.metadata.uid;
  if (uid === undefined) return undefined;
  const sets = reader.ownedBy(replicaSets, uid).toSorted((a, b) => revision(b) - revision(a));
  return sets[0]?.metadata.labels?.["pod-template-hash"];
}
