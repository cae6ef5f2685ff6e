import { mkdir, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { policyAccess } from "../addons/policy-access.ts";
import { apiServer, auditFolder } from "../components/api-server.ts";
import type { Component } from "../components/component.ts";
import { containerd } from "../components/containerd.ts";
import { controllers } from "../components/controllers.ts";
import { etcd } from "../components/etcd.ts";
import { kubelet, podLogs } from "../components/kubelet.ts";
import { proxy } from "../components/proxy.ts";
import { scheduler } from "../components/scheduler.ts";
import { importImages } from "../images/import.ts";
import { createNetwork } from "../machine/network.ts";
import { type ProcessGroup, processGroup } from "../machine/process-group.ts";
import type { Progress } from "../machine/progress.ts";
import { answers, waitFor } from "../machine/wait.ts";
import type { Programs } from "../programs/build.ts";
import {
  type Addon,
  dnsAddon,
  ingressAddon,
  installAddon,
  metricsAddon,
  registryAddon,
  registryFolder,
} from "./addons.ts";
import { declareDisk } from "./disk.ts";
import { exampleImages, imageStore, programImage, programImageName } from "./images.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { applyManifests, kubectlPath } from "./kubectl.ts";
import { nodePrograms } from "./node-programs.ts";
import { issueCertificates } from "./pki.ts";
import { type ClusterPlan, inside } from "./plan.ts";
import { startComponent } from "./start-component.ts";
import { stopCluster } from "./stop.ts";

/** How a cluster is to run. */
export type BootOptions = {
  /** It outlives the command that started it. */
  readonly keep: boolean;
  /** Its data survives stops and power cuts. A test does without: its cluster starts empty, and faster. */
  readonly durable: boolean;
  /** Local ports of the machine that pods reach at the machine's address, the same port number. */
  readonly exposedPorts: readonly number[];
  /** Says that the cluster is no longer wanted. */
  readonly signal: AbortSignal;
};

/** The stages of a start; each rejects when something it needs does not work. */
export type Boot = {
  /** The node runs: pods start. After it this start puts nothing more on the machine. */
  readonly node: Promise<void>;
  /** The example images are there; what shares their layers is loaded fast. */
  readonly images: Promise<void>;
  /** Everything that apps need works. */
  readonly ready: Promise<void>;
  /** Images can be pushed. Begins when the cluster is ready, because most who wait for that need no registry. */
  readonly registry: Promise<void>;
  /** Autoscalers can measure, or it has been said why they cannot: a cluster without it serves all other apps. */
  readonly metrics: Promise<void>;
};

const READY_MS = 120_000;

/** Starts a cluster, each part when the one before it works; whatever an earlier run left is stopped first. */
export function bootCluster(plan: ClusterPlan, programs: Programs, options: BootOptions, progress: Progress): Boot {
  const node = startNode(plan, programs, options, progress);
  const install = (addon: Addon) => installAddon(plan, addon, programs, progress, options.signal);
  const images = node.then(() =>
    progress.step("loading the example images", () => importImages(imageStore(plan), exampleImages)),
  );
  const { ingressPort, nodeAddress } = plan.network;
  // After a restart the API server still tells of the pods of before, and a new pod's address spreads a moment later: only
  // an answer, be it 404, is sure.
  const answer = (what: string, url: string) =>
    waitFor({ what, deadlineMs: READY_MS, signal: options.signal }, () => answers(url));
  const ready = node
    .then(() => Promise.all([install(dnsAddon), install(ingressAddon), images]))
    .then(() => answer("the way to the apps", `http://127.0.0.1:${ingressPort}/`));
  const registry = ready
    .then(() => install(registryAddon(plan)))
    .then(() => answer("the registry", `http://${nodeAddress}:${inside.registryNodePort}/v2/`));
  const metrics = ready.then(() =>
    install(metricsAddon).catch((error: unknown) => {
      if (!options.signal.aborted) progress.say(`apps cannot be autoscaled: ${String(error)}`);
    }),
  );
  // Whoever started it may still be busy with something else when it fails; they hear of it when they ask.
  for (const stage of [node, images, ready, registry, metrics]) stage.catch(() => undefined);
  return { node, images, ready, registry, metrics };
}

async function startNode(
  plan: ClusterPlan,
  programs: Programs,
  options: BootOptions,
  progress: Progress,
): Promise<void> {
  await stopCluster(plan);
  if (!options.durable) await forgetObjects(plan);
  const kubernetes = await unlessAborted(programs.kubernetes, options.signal);
  const group = processGroup(plan.network.namespace);
  const start = (component: Component) => startComponent(plan, component, options);
  await progress.step("making the cluster's network and keys", () => prepare(plan, kubernetes, group));
  await progress.step("starting the API server", async () => {
    await start(etcd(plan, kubernetes, options.durable));
    await start(apiServer(plan, kubernetes));
  });
  await progress.step("starting the node", async () => {
    const pause = await unlessAborted(programs.pause, options.signal);
    await Promise.all([
      start(controllers(plan, kubernetes, identity(plan, "controllers"))),
      start(scheduler(plan, kubernetes, identity(plan, "scheduler"))),
      start(containerd(plan, programImageName("pause"))),
    ]);
    await importImages(imageStore(plan), [programImage("pause", pause)]);
    await Promise.all([
      start(kubelet(plan, kubernetes, identity(plan, "kubelet"), group.path)),
      start(proxy(plan, kubernetes, identity(plan, "proxy"))),
    ]);
    await declareDisk(plan);
    await applyManifests(plan, policyAccess());
    for (const program of nodePrograms(plan, identity(plan, "policy"), options.exposedPorts)) await start(program);
  });
}

/** Who gives up a cluster does not wait for a compiler. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject);
  });
}

/** The images of the node stay: they are the same for every run. */
async function forgetObjects(plan: ClusterPlan): Promise<void> {
  await rm(registryFolder(plan), { recursive: true, force: true });
  for (const name of ["etcd", "kubelet"]) await rm(join(plan.state, name), { recursive: true, force: true });
  for (const folder of [podLogs(plan), auditFolder(plan)]) await rm(folder, { recursive: true, force: true });
}

async function prepare(plan: ClusterPlan, kubernetes: string, group: ProcessGroup): Promise<void> {
  await mkdir(plan.run, { recursive: true });
  await rm(imageStore(plan).folder, { recursive: true, force: true });
  await group.create();
  await createNetwork(plan.network);
  await issueCertificates(plan);
  await writeKubeconfig(plan, "admin", plan.kubeconfig);
  for (const name of ["controllers", "scheduler", "kubelet", "proxy", "policy"]) {
    await writeKubeconfig(plan, name, identity(plan, name));
  }
  const kubectl = kubectlPath(plan);
  await mkdir(dirname(kubectl), { recursive: true });
  await rm(kubectl, { force: true });
  await symlink(kubernetes, kubectl);
}

function identity(plan: ClusterPlan, name: string): string {
  return join(plan.state, `${name}.kubeconfig`);
}
