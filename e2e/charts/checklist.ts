import type { JsonObject } from "../../operator/src/kube/kube.ts";

/** A manifest, as far as the checklist looks at it. */
export interface Made {
  readonly kind: string;
  readonly manifest: JsonObject;
}

type Fields = Readonly<Record<string, unknown>>;

/** `a.b.c` of an object; undefined where there is none. */
function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((each, step) => Object(each)[step], value);
}

const listAt = (value: unknown, path: string): readonly unknown[] => {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
};
const amounts = ["cpu", "memory", "ephemeral-storage"];
const inContainer: readonly (readonly [string, (container: unknown) => boolean])[] = [
  ["may gain privileges", (one) => at(one, "securityContext.allowPrivilegeEscalation") !== false],
  ["is privileged", (one) => at(one, "securityContext.privileged") === true],
  ["keeps capabilities", (one) => JSON.stringify(at(one, "securityContext.capabilities")) !== '{"drop":["ALL"]}'],
  ["opens a port of the machine", (one) => listAt(one, "ports").some((port) => at(port, "hostPort") !== undefined)],
  ["requests too little to say", (one) => amounts.some((each) => at(one, `resources.requests.${each}`) === undefined)],
  ["is unbounded", (one) => amounts.some((each) => isNothing(at(one, `resources.limits.${each}`)))],
];

/** 0 and nothing mean the same: no limit. */
function isNothing(amount: unknown): boolean {
  return amount === undefined || /^0*(\.0*)?[A-Za-z]*$/.test(String(amount));
}

const inPod: readonly (readonly [string, (pod: unknown) => boolean])[] = [
  ["may run as root", (pod) => at(pod, "securityContext.runAsNonRoot") !== true],
  ["may call the kernel at will", (pod) => at(pod, "securityContext.seccompProfile.type") !== "RuntimeDefault"],
  ["shares the machine", (pod) => ["hostNetwork", "hostPID", "hostIPC"].some((each) => at(pod, each) === true)],
  ["mounts the machine", (pod) => listAt(pod, "volumes").some((volume) => at(volume, "hostPath") !== undefined)],
  ["has no account of its own", (pod) => [undefined, "default"].includes(String(at(pod, "serviceAccountName")))],
  ["is told of neighbours", (pod) => at(pod, "enableServiceLinks") !== false],
  ["stops too slowly", (pod) => Number(at(pod, "terminationGracePeriodSeconds")) > 60],
];

/** What a pod of a customer or of ours has that none may have (guarantees.md §5). */
export function podBreaches(pod: Fields): string[] {
  const containers = ["containers", "initContainers"].flatMap((field) => listAt(pod, field));
  return [
    ...inPod.flatMap(([breach, has]) => (has(pod) ? [breach] : [])),
    ...containers.flatMap((one) => inContainer.flatMap(([breach, has]) => (has(one) ? [breach] : []))),
  ];
}

const ownProbes = ["startupProbe", "readinessProbe", "livenessProbe"];

/** What a pod of ours lacks beyond that: a user of its own, a root that cannot be written, bounds on scratch, probes. */
export function ownPodBreaches(pod: Fields): string[] {
  const unbounded = (volume: unknown) =>
    at(volume, "emptyDir") !== undefined && at(volume, "emptyDir.sizeLimit") === undefined;
  const written = (one: unknown) => at(one, "securityContext.readOnlyRootFilesystem") !== true;
  const blind = (one: unknown) => ownProbes.some((probe) => at(one, probe) === undefined);
  return [
    ...podBreaches(pod),
    ...(Number(at(pod, "securityContext.runAsUser")) > 10_000 ? [] : ["is a user of the machine"]),
    ...(listAt(pod, "volumes").some(unbounded) ? ["fills the machine's disk"] : []),
    ...(["containers", "initContainers"].flatMap((field) => listAt(pod, field)).some(written)
      ? ["writes its root"]
      : []),
    ...(listAt(pod, "containers").some(blind) ? ["is not probed"] : []),
  ];
}

/** What is wrong with the manifests of an app, each with its kind. */
export function appBreaches(made: readonly Made[]): string[] {
  return made.flatMap(({ kind, manifest }) => {
    const spec = (path: string) => at(manifest, `spec.${path}`);
    const pod = spec("template.spec");
    const found = [
      ...(pod === undefined ? [] : podBreaches(Object(pod))),
      ...(pod !== undefined && at(pod, "automountServiceAccountToken") !== false ? ["may speak to the cluster"] : []),
      ...(kind === "ServiceAccount" && manifest.automountServiceAccountToken !== false ? ["hands out a token"] : []),
      ...(kind === "Service" && spec("type") !== "ClusterIP" ? ["opens a port beside the ingress"] : []),
      ...(kind === "Ingress" && at(manifest, "metadata.annotations") !== undefined ? ["gives the ingress orders"] : []),
      ...(kind === "NetworkPolicy" && at(manifest, "spec.podSelector.matchLabels") === undefined
        ? ["opens all pods"]
        : []),
      ...hollow(manifest, ""),
    ];
    return found.map((breach) => `${kind} ${breach}`);
  });
}

/** Paths of null, empty maps, lists and texts: the API server drops them, and what is gone would be drift for ever. */
function hollow(value: unknown, path: string): string[] {
  if (value === null) return [`holds null at ${path}`];
  if (typeof value !== "object") return []; // JSON leaves out what is undefined
  const entries = Object.entries(value);
  if (entries.length === 0) return [`holds nothing at ${path}`];
  const empty = Array.isArray(value)
    ? []
    : entries.filter(([, below]) => below === "").map(([key]) => `${path}.${key}`);
  return [
    ...empty.map((field) => `holds no text at ${field}`),
    ...entries.flatMap(([key, below]) => hollow(below, `${path}.${key}`)),
  ];
}

const quotas = [
  ...["limits.cpu", "limits.memory", "limits.ephemeral-storage", "pods", "persistentvolumeclaims", "secrets"],
  ...["configmaps", "count/jobs.batch", "services.loadbalancers", "services.nodeports"],
];
const modes = ["enforce", "audit", "warn"];

/** What a tenant's namespaces lack: Pod Security, default deny, quota, limits, and that nobody else has a right there. */
export function tenantBreaches(made: readonly Made[]): string[] {
  const of = (kind: string) => made.filter((one) => one.kind === kind).map(({ manifest }) => manifest);
  const label = (manifest: JsonObject, name: string) => Object(at(manifest, "metadata.labels"))[name];
  const isOpen = (manifest: JsonObject) =>
    modes.some((mode) => label(manifest, `pod-security.kubernetes.io/${mode}`) !== "restricted") ||
    modes.some((mode) => !/^v1\.\d+$/.test(String(label(manifest, `pod-security.kubernetes.io/${mode}-version`))));
  const denies = (namespace: unknown) =>
    of("NetworkPolicy").some(
      ({ metadata, spec }) =>
        Object(metadata).namespace === namespace && JSON.stringify(spec) === '{"policyTypes":["Ingress","Egress"]}',
    );
  const hard = (manifest: JsonObject) => Object(at(manifest, "spec.hard"));
  return of("Namespace").flatMap((namespace) => {
    const name = at(namespace, "metadata.name");
    const here = (kind: string) => of(kind).filter((manifest) => at(manifest, "metadata.namespace") === name);
    const limits = here("LimitRange").flatMap((manifest) => listAt(manifest, "spec.limits"));
    return [
      ...(isOpen(namespace) ? ["admits pods that are not restricted"] : []),
      ...(denies(name) ? [] : ["denies nothing"]),
      ...(here("ResourceQuota").some((each) => quotas.every((one) => one in hard(each))) ? [] : ["has no whole quota"]),
      ...(limits.some((one) => at(one, "default") && at(one, "max")) ? [] : ["bounds no container"]),
      ...(here("RoleBinding").length === 1 ? [] : ["gives rights to others"]),
    ].map((breach) => `${String(name)} ${breach}`);
  });
}
