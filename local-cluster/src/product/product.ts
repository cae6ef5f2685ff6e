import { resolve } from "node:path";
import { clusterFolder } from "../cluster/folder.ts";
import { openCluster } from "../cluster/open.ts";
import type { ClusterPlan } from "../cluster/plan.ts";
import { claimCluster, releaseSlot } from "../cluster/slots.ts";
import { freePort } from "../machine/ports.ts";
import { createProgress, type Progress } from "../machine/progress.ts";
import { type Account, administrator } from "./account.ts";
import { type ControlPlane, controlPlane } from "./control-plane.ts";
import { type GivenCluster, givenCluster } from "./given-cluster.ts";
import { joinWorker } from "./join.ts";
import { type PanelClient, panelClient } from "./panel-client.ts";
import { createSteps, type Steps } from "./steps.ts";
import { webAssets } from "./web-assets.ts";
import { localWorker } from "./worker.ts";
import { readyWorkerCluster, type WorkerCluster } from "./worker-cluster.ts";

/** How the whole product is to run on this machine. */
export type ProductOptions = {
  /** The folder of the control plane's data; the cluster called `cluster` keeps its own. */
  readonly folder: string;
  readonly cluster: string;
  readonly durable: boolean;
  /** A kubeconfig of a cluster to use in place of a local one. */
  readonly kubeconfig?: string | undefined;
  /** Settings of the control plane beside those that follow from here. */
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments of Node for the control plane. */
  readonly nodeArguments?: readonly string[];
  readonly write: (line: string) => void;
};

/** The product, with its panel reachable. */
export type Product = {
  /** The panel, as browsers know it; `panelPort` is the control plane's own port on loopback. */
  readonly url: string;
  readonly panelPort: number;
  readonly account: Account;
  readonly controlPlane: ControlPlane;
  readonly plan: ClusterPlan;
  /** Resolves when the panel sees the worker online. */
  readonly worker: Promise<WorkerCluster>;
  /** Stops everything; data stays. */
  stop(): Promise<void>;
};

const PANEL_PORT = 8080;
const OPERATIONS_PORT = 9090;

type Ports = { readonly panel: number; readonly operations: number };

/** Starts the control plane, then the worker: resolves when the panel answers, while the cluster is still being built. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const steps = createSteps();
  const progress = createProgress(options.write, steps.tell);
  const account = administrator(options.folder);
  const plan = await claimCluster(options.cluster, clusterFolder(options.cluster));
  const ports = { panel: await freePort(PANEL_PORT), operations: await freePort(OPERATIONS_PORT) };
  const given = options.kubeconfig ? await givenCluster(options.kubeconfig, ports.panel) : undefined;
  const agentUrl = given?.agentUrl ?? `http://${plan.network.hostAddress}:${ports.panel}`;
  const env = { ...environment(options, account, ports), SKYPANEL_AGENT_URL: agentUrl };
  const url = env.SKYPANEL_PUBLIC_URL;
  const server = controlPlane({
    logs: resolve(options.folder, "logs"),
    readyUrl: `http://127.0.0.1:${ports.operations}/readyz`,
    arguments: options.nodeArguments ?? [],
    env: { ...env, SKYPANEL_WEB_DIR: await webAssets(progress) },
  });
  await progress.step("starting the control plane", () => server.start());
  progress.say(`the panel is at ${url}, sign in as ${account.email} with ${account.password}`);

  const cluster = given === undefined ? await localCluster(options, ports.panel, progress) : inUse(given, plan);
  const panel = panelClient(`http://127.0.0.1:${ports.panel}`, url, account);
  const worker = join(panel, cluster, agentUrl, { steps, progress });
  // Whoever started the product may be busy; they hear of a failure when they ask for the worker.
  worker.catch(() => undefined);
  const stop = async () => {
    await cluster.stop();
    await server.stop();
  };
  return { url, panelPort: ports.panel, account, controlPlane: server, plan, worker, stop };
}

type Cluster = { readonly ready: Promise<WorkerCluster>; readonly ingressPort: number; stop(): Promise<void> };

async function localCluster(
  { cluster: name, durable }: ProductOptions,
  panelPort: number,
  progress: Progress,
): Promise<Cluster> {
  const cluster = await openCluster({ name, keep: false, durable, exposedPorts: [panelPort] }, progress);
  const ready = readyWorkerCluster(cluster, progress);
  ready.catch(() => undefined);
  return { ready, ingressPort: cluster.plan.network.ingressPort, stop: cluster.stop };
}

function inUse(given: GivenCluster, plan: ClusterPlan): Cluster {
  const stop = async () => {
    given.close();
    releaseSlot(plan);
  };
  return { ready: Promise.resolve(given), ingressPort: given.ingressPort, stop };
}

function environment(options: ProductOptions, account: Account, ports: Ports) {
  return {
    SKYPANEL_DATA_DIR: resolve(options.folder, "control-plane"),
    SKYPANEL_PUBLIC_URL: `http://localhost:${ports.panel}`,
    SKYPANEL_PORT: String(ports.panel),
    SKYPANEL_OPERATIONS_PORT: String(ports.operations),
    SKYPANEL_ADMIN_EMAIL: account.email,
    SKYPANEL_ADMIN_PASSWORD_FILE: account.passwordFile,
    SKYPANEL_ADMIN_ORGANISATION: account.organisation,
    ...options.env,
  };
}

type Telling = { readonly steps: Steps; readonly progress: Progress };

async function join(
  panel: PanelClient,
  cluster: Cluster,
  agentUrl: string,
  { steps, progress }: Telling,
): Promise<WorkerCluster> {
  const worker = await localWorker(panel, cluster.ingressPort);
  steps.listen(worker.tell);
  const ready = await cluster.ready;
  await joinWorker(worker, ready, agentUrl, progress);
  return ready;
}
