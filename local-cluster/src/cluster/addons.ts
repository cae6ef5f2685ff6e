import { chown, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { dns, dnsNamespace } from "../addons/dns.ts";
import { ingress, ingressNamespace } from "../addons/ingress.ts";
import type { Manifest } from "../addons/manifest.ts";
import { metrics, metricsApi, metricsNamespace } from "../addons/metrics.ts";
import { registry, registryNamespace } from "../addons/registry.ts";
import { NOBODY } from "../images/image.ts";
import { importImages } from "../images/import.ts";
import type { Progress } from "../machine/progress.ts";
import type { Programs } from "../programs/build.ts";
import type { ProgramName } from "../programs/list.ts";
import { imageStore, programImage, programImageName } from "./images.ts";
import { applyManifests, waitForRollout } from "./kubectl.ts";
import type { ClusterPlan } from "./plan.ts";

/** A compiled program that runs in the cluster for the cluster, as a Deployment of its name. */
export type Addon = {
  readonly name: ProgramName;
  readonly namespace: string;
  manifests(image: string): Promise<readonly Manifest[]>;
  /** What sends requests to it, applied once it works. */
  readonly opening?: readonly Manifest[];
};

/** The cluster's DNS. */
export const dnsAddon: Addon = { name: "coredns", namespace: dnsNamespace, manifests: async (image) => dns(image) };

/** The way from outside to the apps. */
export const ingressAddon: Addon = {
  name: "traefik",
  namespace: ingressNamespace,
  manifests: async (image) => ingress(image),
};

/** What autoscalers decide from. */
export const metricsAddon: Addon = {
  name: "metrics-server",
  namespace: metricsNamespace,
  manifests: async (image) => metrics(image),
  opening: [metricsApi],
};

/** Returns the cluster's image registry, which keeps its images in the cluster's folder. */
export function registryAddon(plan: ClusterPlan): Addon {
  return {
    name: "registry",
    namespace: registryNamespace,
    async manifests(image) {
      const folder = registryFolder(plan);
      const [user = 0, group = 0] = NOBODY.split(":").map(Number);
      await mkdir(folder, { recursive: true });
      await chown(folder, user, group);
      return registry(image, folder);
    },
  };
}

/** Returns the folder of the registry's images. */
export function registryFolder(plan: ClusterPlan): string {
  return join(plan.state, "registry");
}

const READY_MS = 120_000;

/** Loads an add-on's image as soon as it is compiled, applies its objects and waits until it works, or until `signal`. */
export async function installAddon(
  plan: ClusterPlan,
  { name, namespace, manifests, opening = [] }: Addon,
  programs: Programs,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const path = await programs[name];
  await progress.step(`starting ${name}`, async () => {
    await importImages(imageStore(plan), [programImage(name, path)]);
    await applyManifests(plan, await manifests(programImageName(name)));
    await waitForRollout(plan, namespace, name, READY_MS, signal);
    if (opening.length > 0) await applyManifests(plan, opening);
  });
}
