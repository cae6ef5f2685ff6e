import { type App, appSpec } from "@skypanel/crds/kinds/app.ts";
import { clusterSettingsSpec } from "@skypanel/crds/kinds/cluster-settings.ts";
import { type Tenant, tenantSpec } from "@skypanel/crds/kinds/tenant.ts";
import { API_VERSION } from "@skypanel/crds/meta.ts";
import { settingsOf } from "../settings.ts";
import type { AppWorld, ProcessWorld, SourceWorld } from "./gather.ts";
import type { ContainerStatus, LiveCondition, LiveDeployment, LivePod } from "./live.ts";

/** An app in the words of a test. */
export interface AppBuilder {
  with(spec: object): AppBuilder;
  process(process: object): AppBuilder;
  suspended(reason: "Wallet" | "Admin"): AppBuilder;
  ofSuspendedTenant(): AppBuilder;
  withoutTenant(): AppBuilder;
  stopped(): AppBuilder;
  /** Secret variables: `secret` is where their values are, if they are anywhere. */
  reading(name: string, secret: string | undefined, exists?: boolean): AppBuilder;
  /** Another app that asks for the same host, created then. */
  besides(rival: { createdAt: string; uid: string; isWeb?: boolean }): AppBuilder;
  onCluster(settings: object): AppBuilder;
  /** What runs of a process. */
  running(process: string, deployment: LiveDeployment, pods?: readonly LivePod[]): AppBuilder;
  hearing(podUid: string, words: string): AppBuilder;
  knownAs(status: NonNullable<App["status"]>): AppBuilder;
  object(): App;
  world(): AppWorld;
}

interface Parts {
  readonly spec: Record<string, unknown>;
  readonly processes: readonly object[];
  readonly tenant: object | undefined;
  readonly sources: readonly SourceWorld[];
  readonly rivals: readonly App[];
  readonly settings: object;
  readonly live: Readonly<Record<string, Pick<ProcessWorld, "deployment" | "pods">>>;
  readonly probes: ReadonlyMap<string, string>;
  readonly status: App["status"];
}

const image = { reference: "registry.example/shop/web:1" };
const web = { name: "web", type: "Web", port: 3000 };
export const newestHash = "new";

/** The app `shop` of the tenant `acme`: one Web process, on a cluster with the base domain `apps.example`. */
export function anApp(): AppBuilder {
  return build({
    spec: {},
    processes: [],
    tenant: {},
    sources: [],
    rivals: [],
    settings: { baseDomain: "apps.example", ingress: { className: "traefik", namespace: "edge" } },
    live: {},
    probes: new Map(),
    status: undefined,
  });
}

function build(parts: Parts): AppBuilder {
  const change = (more: Partial<Parts>) => build({ ...parts, ...more });
  const object = (): App => anAppObject(parts);
  return {
    with: (spec) => change({ spec: { ...parts.spec, ...spec } }),
    process: (process) => change({ processes: [...parts.processes, process] }),
    suspended: (reason) => change({ spec: { ...parts.spec, suspended: { reason } } }),
    ofSuspendedTenant: () => change({ tenant: { suspended: { reason: "Wallet" } } }),
    withoutTenant: () => change({ tenant: undefined }),
    stopped: () => change({ spec: { ...parts.spec, state: "Stopped" } }),
    reading: (name, secret, exists = true) =>
      change({ sources: [...parts.sources, { source: { kind: "Sealed", name }, exists, secret }] }),
    besides: ({ createdAt, uid, isWeb = true }) => change({ rivals: [...parts.rivals, aRival(createdAt, uid, isWeb)] }),
    onCluster: (settings) => change({ settings }),
    running: (process, deployment, pods = []) => change({ live: { ...parts.live, [process]: { deployment, pods } } }),
    hearing: (podUid, words) => change({ probes: new Map([...parts.probes, [podUid, words]]) }),
    knownAs: (status) => change({ status }),
    object,
    world: () => ({
      app: object(),
      namespace: "sp-acme",
      tenant: parts.tenant === undefined ? undefined : aTenantObject(parts.tenant),
      settings: settingsOf({
        apiVersion: API_VERSION,
        kind: "ClusterSettings",
        metadata: { name: "default" },
        spec: clusterSettingsSpec.parse(parts.settings),
      }),
      sources: parts.sources,
      processes: object().spec.processes.map((process) => ({
        process,
        deployment: parts.live[process.name]?.deployment,
        pods: parts.live[process.name]?.pods ?? [],
        newest: newestHash,
      })),
      rivals: parts.rivals,
      probes: parts.probes,
    }),
  };
}

function anAppObject({ spec, processes, status }: Parts): App {
  return {
    apiVersion: API_VERSION,
    kind: "App",
    metadata: {
      name: "shop",
      namespace: "sp-acme",
      uid: "b-uid",
      generation: 1,
      creationTimestamp: "2030-01-01T00:00:00Z",
    },
    spec: appSpec.parse({ source: { image }, processes: processes.length === 0 ? [web] : processes, ...spec }),
    ...(status === undefined ? {} : { status }),
  };
}

function aRival(creationTimestamp: string, uid: string, isWeb: boolean): App {
  const { spec } = (isWeb ? anApp() : anApp().process({ name: "worker", type: "Worker" })).object();
  const metadata = { name: "shop", namespace: "sp-other", uid, creationTimestamp };
  return { apiVersion: API_VERSION, kind: "App", metadata, spec };
}

function aTenantObject(spec: object): Tenant {
  return { apiVersion: API_VERSION, kind: "Tenant", metadata: { name: "acme" }, spec: tenantSpec.parse(spec) };
}

/** A Deployment whose controller has seen its newest spec. */
export function aDeployment(
  counts: { replicas: number; updated?: number; ready?: number; total?: number },
  conditions: readonly LiveCondition[] = [],
  annotations: Record<string, string> = {},
): LiveDeployment {
  const { replicas, updated = replicas, ready = replicas, total = replicas } = counts;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "shop-web", namespace: "sp-acme", uid: "deployment-uid", generation: 2, annotations },
    spec: { replicas },
    status: { observedGeneration: 2, replicas: total, updatedReplicas: updated, readyReplicas: ready, conditions },
  };
}

/** A pod of the newest version, unless `hash` says otherwise. */
export function aPod(
  name: string,
  container?: Partial<ContainerStatus>,
  more: { hash?: string; conditions?: readonly LiveCondition[]; phase?: string; deleting?: boolean } = {},
): LivePod {
  const labels = { "pod-template-hash": more.hash ?? newestHash };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: "sp-acme",
      uid: `${name}-uid`,
      labels,
      ...(more.deleting ? { deletionTimestamp: "2030-01-01T00:00:00Z" } : {}),
    },
    status: {
      phase: more.phase ?? "Running",
      conditions: more.conditions ?? [],
      ...(container === undefined ? {} : { containerStatuses: [{ name: "web", ...container }] }),
    },
  };
}
