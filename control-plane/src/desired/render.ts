import { API_VERSION, GROUP } from "@skypanel/crds/meta.ts";
import { printCpu, printMemory } from "@skypanel/crds/quantity.ts";
import { writeYaml } from "@skypanel/crds/yaml.ts";
import type { ProcessInput } from "../contract/apps/processes.ts";

/** A file of a cluster's desired state: a plain Kubernetes manifest, which `kubectl apply` takes as well. */
export interface DesiredFile {
  path: string;
  manifest: Record<string, unknown>;
}

/** What the rows say of a cluster. */
export interface ClusterRows {
  baseDomain: string;
  ingress: { class: string; namespace: string; port: number; tls: boolean };
  /** The id of the removals that are held back on the cluster and may go ahead. */
  confirmPrune?: string;
}

/** What the rows say of an app. `variables` is the revision of its Sealed, undefined while it has no variables. */
export interface AppRows {
  tenant: string;
  name: string;
  title: string;
  slug: string;
  image: string;
  processes: readonly ProcessInput[];
  state: "Running" | "Stopped";
  restartRequest: string | undefined;
  variables: string | undefined;
}

/** What the rows say of an app's secret variables: each value sealed to `recipient`. */
export interface VariableRows {
  tenant: string;
  app: string;
  recipient: string;
  values: readonly { key: string; ciphertext: string }[];
}

const MiB = 1024 * 1024;

/** The namespace a tenant's apps run in. */
export const tenantNamespace = (tenant: string): string => `sp-${tenant}`;

/** Where an app's manifest lies. */
export const appPath = (tenant: string, app: string): string => `tenants/${tenant}/apps/${app}.yaml`;

/** The name of the Sealed that holds an app's variables, in its namespace. */
export const variablesName = (app: string): string => `${app}-variables`;

/** Where an app's sealed variables lie. */
export const variablesPath = (tenant: string, app: string): string =>
  `tenants/${tenant}/secrets/${variablesName(app)}.yaml`;

/** The bytes of a file: the same manifest always gives the same. */
export function contentOf(file: DesiredFile): string {
  return writeYaml(file.manifest);
}

/** `cluster.yaml`: the cluster's settings. */
export function renderCluster({ baseDomain, ingress, confirmPrune }: ClusterRows): DesiredFile {
  return {
    path: "cluster.yaml",
    manifest: {
      apiVersion: API_VERSION,
      kind: "ClusterSettings",
      metadata: { name: "default", labels: managed },
      spec: {
        baseDomain,
        ingress: {
          className: ingress.class,
          namespace: ingress.namespace,
          scheme: ingress.tls ? "https" : "http",
          port: ingress.port,
        },
        ...(confirmPrune === undefined ? {} : { confirmPrune }),
      },
    },
  };
}

/** The Tenant: an organisation's place on the cluster. */
export function renderTenant(tenant: string): DesiredFile {
  return {
    path: `tenants/${tenant}.yaml`,
    manifest: {
      apiVersion: API_VERSION,
      kind: "Tenant",
      metadata: { name: tenant, labels: tenantLabels(tenant) },
      spec: { namespace: tenantNamespace(tenant) },
    },
  };
}

/**
 * The App. Title and the revision of its variables are annotations: neither runs anything, but a change of either must
 * change the app's revision, or two editors could overwrite each other unseen.
 */
export function renderApp(app: AppRows): DesiredFile {
  return {
    path: appPath(app.tenant, app.name),
    manifest: {
      apiVersion: API_VERSION,
      kind: "App",
      metadata: {
        name: app.name,
        namespace: tenantNamespace(app.tenant),
        labels: tenantLabels(app.tenant),
        annotations: {
          [`${GROUP}/title`]: app.title,
          ...(app.variables ? { [`${GROUP}/variables`]: app.variables } : {}),
        },
      },
      spec: {
        source: { image: { reference: app.image } },
        slug: app.slug,
        state: app.state,
        ...(app.restartRequest ? { restartRequest: app.restartRequest } : {}),
        ...(app.variables ? { variablesFrom: [{ kind: "Sealed", name: variablesName(app.name) }] } : {}),
        processes: app.processes.map(renderProcess),
      },
    },
  };
}

/** The Sealed with an app's variables, in the order of their keys. */
export function renderVariables({ tenant, app, recipient, values }: VariableRows): DesiredFile {
  const sorted = [...values].sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
  return {
    path: variablesPath(tenant, app),
    manifest: {
      apiVersion: API_VERSION,
      kind: "Sealed",
      metadata: { name: variablesName(app), namespace: tenantNamespace(tenant), labels: tenantLabels(tenant) },
      spec: { recipient, values: Object.fromEntries(sorted.map(({ key, ciphertext }) => [key, ciphertext])) },
    },
  };
}

const managed = { [`${GROUP}/managed-by`]: "control-plane" };

function tenantLabels(tenant: string): Record<string, string> {
  return { ...managed, [`${GROUP}/tenant`]: tenant };
}

function renderProcess(process: ProcessInput): Record<string, unknown> {
  const { name, type, command, port, replicas, cpuMillicores, memoryMiB, health } = process;
  return {
    name,
    type,
    ...(command.length > 0 ? { command } : {}),
    ...(port === undefined ? {} : { port }),
    replicas,
    resources: { cpu: printCpu(cpuMillicores), memory: printMemory(memoryMiB * MiB) },
    ...(health ? { health: renderHealth(health) } : {}),
  };
}

function renderHealth({ path, ...times }: NonNullable<ProcessInput["health"]>): Record<string, unknown> {
  return { ...(path === undefined ? {} : { http: { path } }), ...times };
}
