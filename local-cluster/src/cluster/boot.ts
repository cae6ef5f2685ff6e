import { mkdir, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { dns, dnsNamespace } from "../addons/dns.ts";
import { ingress, ingressNamespace } from "../addons/ingress.ts";
import type { Manifest } from "../addons/manifest.ts";
import { policyAccess } from "../addons/policy-access.ts";
import { apiServer } from "../components/api-server.ts";
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
import { waitFor } from "../machine/wait.ts";
import type { Programs } from "../programs/build.ts";
import { declareDisk } from "./disk.ts";
import { exampleImages, imageStore, programImage, programImageName } from "./images.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { applyManifests, kubectlPath, waitForRollout } from "./kubectl.ts";
import { nodePrograms } from "./node-programs.ts";
import { issueCertificates } from "./pki.ts";
import type { ClusterPlan } from "./plan.ts";
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
  readonly signal?: AbortSignal;
};

const READY_MS = 120_000;

/** Starts a cluster in order, each part when the one before it works; whatever an earlier run left is stopped first. */
export async function bootCluster(
  plan: ClusterPlan,
  programs: Programs,
  options: BootOptions,
  progress: Progress,
): Promise<void> {
  await stopCluster(plan);
  if (!options.durable) await forgetObjects(plan);
  const kubernetes = await programs.kubernetes;
  options.signal?.throwIfAborted();
  const group = processGroup(plan.network.namespace);
  const start = (component: Component) => startComponent(plan, component, options);
  await progress.step("making the cluster's network and keys", () => prepare(plan, kubernetes, group));
  await progress.step("starting the API server", async () => {
    await start(etcd(plan, kubernetes, options.durable));
    await start(apiServer(plan, kubernetes));
  });
  await progress.step("starting the node", async () => {
    const pause = await programs.pause;
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
  await progress.step("loading the example images", () => importImages(imageStore(plan), exampleImages));
  await install(plan, { name: "coredns", namespace: dnsNamespace, manifests: dns }, programs, progress);
  await install(plan, { name: "traefik", namespace: ingressNamespace, manifests: ingress }, programs, progress);
  await waitFor({ what: "the way to the apps", deadlineMs: READY_MS }, () => appsAnswer(plan));
}

/** After a restart the API server still tells of the pods of before; an answer, be it 404, is sure. */
function appsAnswer(plan: ClusterPlan): Promise<boolean> {
  const asked = fetch(`http://127.0.0.1:${plan.network.ingressPort}/`);
  return asked.then(
    () => true,
    () => false,
  );
}

type Addon = {
  readonly name: "coredns" | "traefik";
  readonly namespace: string;
  readonly manifests: (image: string) => readonly Manifest[];
};

async function install(plan: ClusterPlan, addon: Addon, programs: Programs, progress: Progress): Promise<void> {
  const { name, namespace, manifests } = addon;
  const path = await programs[name];
  await progress.step(`starting ${name}`, async () => {
    await importImages(imageStore(plan), [programImage(name, path)]);
    await applyManifests(plan, manifests(programImageName(name)));
    await waitForRollout(plan, namespace, name, READY_MS);
  });
}

/** Images stay: they are the same for every run. */
async function forgetObjects(plan: ClusterPlan): Promise<void> {
  for (const name of ["etcd", "kubelet"]) await rm(join(plan.state, name), { recursive: true, force: true });
  await rm(podLogs(plan), { recursive: true, force: true });
}

async function prepare(plan: ClusterPlan, kubernetes: string, group: ProcessGroup): Promise<void> {
  await mkdir(plan.run, { recursive: true });
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
