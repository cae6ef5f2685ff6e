import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  type Informer,
  KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  KubernetesObjectApi,
  makeInformer,
  NetworkingV1Api,
  PatchStrategy,
  setHeaderOptions,
} from "@kubernetes/client-node";
import { covers } from "../../../operator/src/kube/covers.ts";
import { apiVersionOf } from "../../../operator/src/kube/resources.ts";
import { childrenOf } from "../children.ts";
import { type Wave, wave } from "../wave.ts";
import { announce } from "./announce.ts";
import { workQueue } from "./work-queue.ts";

// The bench's work as a good program on the official client does it: informers for what it owns, KubernetesObjectApi for
// writes, and nothing written that is already so. It reads from the informers' caches, which spares it a call per child.

const config = new KubeConfig();
config.loadFromDefault();
const objects = KubernetesObjectApi.makeApiClient(config);
const custom = config.makeApiClient(CustomObjectsApi);
const core = config.makeApiClient(CoreV1Api);
const apps = config.makeApiClient(AppsV1Api);
const networking = config.makeApiClient(NetworkingV1Api);
const { group, version, plural } = wave;

function informerOf<T extends KubernetesObject>(path: string, list: () => Promise<KubernetesListObject<T>>) {
  const informer = makeInformer<T>(config, path, list);
  informer.on("error", () => setTimeout(() => void informer.start(), 1_000)); // as its example does: it does not itself
  return informer;
}

const asked = informerOf<KubernetesObject & Wave>(`/apis/${group}/${version}/${plural}`, () =>
  custom.listClusterCustomObject({ group, version, plural }),
);
const owned = {
  ServiceAccount: informerOf("/api/v1/serviceaccounts", () => core.listServiceAccountForAllNamespaces()),
  Service: informerOf("/api/v1/services", () => core.listServiceForAllNamespaces()),
  Deployment: informerOf("/apis/apps/v1/deployments", () => apps.listDeploymentForAllNamespaces()),
  Ingress: informerOf("/apis/networking.k8s.io/v1/ingresses", () => networking.listIngressForAllNamespaces()),
};

async function reconcile(key: string): Promise<void> {
  const [namespace = "", name = ""] = key.split("/");
  const object = asked.get(name, namespace);
  if (object === undefined || object.metadata.deletionTimestamp !== undefined) return;
  try {
    await apply(object);
  } catch (error) {
    await say(object, { status: "False", reason: "Failed", message: String(error).slice(0, 512) });
    throw error;
  }
  await say(object, { status: "True", reason: "Running", message: "It is as asked." });
}

async function apply(object: Wave): Promise<void> {
  const { name, uid = "", namespace = "" } = object.metadata;
  const owner = { apiVersion: `${group}/${version}`, kind: wave.kind, name, uid, controller: true };
  for (const { resource, manifest } of childrenOf(object)) {
    const kind = resource.kind as keyof typeof owned; // a wave has no other children
    const live = owned[kind].get(name, namespace);
    if (live !== undefined && covers(live, manifest, resource.lists)) continue;
    const metadata = { ...manifest.metadata, ownerReferences: [owner] };
    const body = { ...manifest, apiVersion: apiVersionOf(resource), kind, metadata };
    if (live === undefined) await create(body);
    else await objects.patch(body, undefined, undefined, "bench", true, PatchStrategy.ServerSideApply);
  }
}

/** What exists already was made by the run before, and the cache has not heard of it yet: its event brings us here again. */
async function create(body: KubernetesObject): Promise<void> {
  await objects.create(body).catch((error: unknown) => {
    if (!(error instanceof ApiException) || error.code !== 409) throw error;
  });
}

async function say(object: Wave, words: { status: "True" | "False"; reason: string; message: string }): Promise<void> {
  const { name, namespace = "", generation = 0 } = object.metadata;
  const old = object.status?.conditions?.[0];
  const observedGeneration = words.status === "True" ? generation : (object.status?.observedGeneration ?? 0);
  if (old?.status === words.status && old.message === words.message && old.observedGeneration === observedGeneration)
    return;
  const lastTransitionTime = new Date().toISOString();
  const conditions = [{ type: "Ready", ...words, observedGeneration, lastTransitionTime }];
  const body = { status: { observedGeneration, conditions } };
  await custom.patchNamespacedCustomObjectStatus(
    { group, version, plural, namespace, name, body },
    setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
  );
}

const queue = workQueue(reconcile);
const wake = ({ metadata }: KubernetesObject) => queue.add(`${metadata?.namespace}/${metadata?.name}`);
const wakeOwner = ({ metadata }: KubernetesObject) => {
  const owner = metadata?.ownerReferences?.find(({ kind }) => kind === wave.kind);
  if (owner !== undefined) queue.add(`${metadata?.namespace}/${owner.name}`);
};
function tell<T extends KubernetesObject>(informer: Informer<T>, told: (object: T) => void): void {
  informer.on("add", told);
  informer.on("update", told);
  informer.on("delete", told);
}
tell(asked, wake);
for (const informer of Object.values(owned)) tell<KubernetesObject>(informer, wakeOwner);
process.once("SIGTERM", () => process.exit(0));
await Promise.all([asked, ...Object.values(owned)].map((informer) => informer.start()));
queue.start();
announce();
