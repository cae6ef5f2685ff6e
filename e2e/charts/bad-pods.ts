import type { JsonObject } from "../../operator/src/kube/kube.ts";
import { restrictedPod } from "../../operator/src/pod.ts";

/** A pod that nobody may start, and what is wrong with it. */
export interface BadPod {
  readonly title: string;
  readonly pod: JsonObject;
  /** No manifest of ours has such a field, so only the API server looks for it. */
  readonly isOnlyForTheServer: boolean;
}

const amounts = { cpu: "100m", memory: "64Mi", "ephemeral-storage": "64Mi" };
const container: JsonObject = { name: "web", image: "shop", resources: { requests: amounts, limits: amounts } };

/** A pod as a tenant may have it. */
export const goodPod: JsonObject = restrictedPod({ container, serviceAccount: "shop", graceSeconds: 30, spread: {} });

const [own] = Array.isArray(goodPod.containers) ? goodPod.containers : [];
const security = Object(Object(own).securityContext);
const withContainer = (fields: JsonObject): JsonObject => ({ ...goodPod, containers: [{ ...Object(own), ...fields }] });
const withSecurity = (fields: JsonObject) => withContainer({ securityContext: { ...security, ...fields } });
const withPodSecurity = (fields: JsonObject): JsonObject => ({
  ...goodPod,
  securityContext: { ...Object(goodPod.securityContext), ...fields },
});
const withVolume = (source: JsonObject): JsonObject => ({ ...goodPod, volumes: [{ name: "v", ...source }] });
const without = (field: string) => {
  const { [field]: _, ...rest } = security;
  return withContainer({ securityContext: rest });
};
const beside = (fields: JsonObject): JsonObject => ({
  ...goodPod,
  initContainers: [{ ...Object(own), name: "init", ...fields }],
});

const seen: readonly (readonly [string, JsonObject])[] = [
  ["is privileged", withSecurity({ privileged: true })],
  ["may gain privileges", withSecurity({ allowPrivilegeEscalation: true })],
  ["does not say that it gains no privileges", without("allowPrivilegeEscalation")],
  ["keeps its capabilities", without("capabilities")],
  ["drops one capability", withSecurity({ capabilities: { drop: ["NET_RAW"] } })],
  ["adds a capability", withSecurity({ capabilities: { drop: ["ALL"], add: ["NET_ADMIN"] } })],
  [
    "adds the capability to bind low ports and one more",
    withSecurity({ capabilities: { drop: ["ALL"], add: ["SYS_PTRACE"] } }),
  ],
  ["may be root", withPodSecurity({ runAsNonRoot: false })],
  ["says nothing about security", { ...goodPod, securityContext: {} }],
  ["calls the kernel at will", withPodSecurity({ seccompProfile: { type: "Unconfined" } })],
  ["is on the machine's network", { ...goodPod, hostNetwork: true }],
  ["sees the machine's processes", { ...goodPod, hostPID: true }],
  ["shares the machine's memory", { ...goodPod, hostIPC: true }],
  ["mounts the machine's root", withVolume({ hostPath: { path: "/" } })],
  ["mounts the runtime's socket", withVolume({ hostPath: { path: "/run/containerd/containerd.sock" } })],
  ["opens a port of the machine", withContainer({ ports: [{ containerPort: 80, hostPort: 80 }] })],
  ["begins with a privileged container", beside({ securityContext: { privileged: true } })],
  ["begins with a container that keeps capabilities", beside({ securityContext: { allowPrivilegeEscalation: false } })],
];

const onlyForTheServer: readonly (readonly [string, JsonObject])[] = [
  ["is root by number", withPodSecurity({ runAsUser: 0 })],
  ["has a container that is root by number", withSecurity({ runAsUser: 0 })],
  ["has a container that may be root", withSecurity({ runAsNonRoot: false })],
  ["has a container without seccomp", withSecurity({ seccompProfile: { type: "Unconfined" } })],
  ["unmasks /proc", withSecurity({ procMount: "Unmasked" })],
  ["chooses its SELinux type", withPodSecurity({ seLinuxOptions: { type: "spc_t" } })],
  ["chooses its SELinux user", withPodSecurity({ seLinuxOptions: { user: "system_u" } })],
  ["turns AppArmor off", withPodSecurity({ appArmorProfile: { type: "Unconfined" } })],
  ["changes the kernel's settings", withPodSecurity({ sysctls: [{ name: "kernel.msgmax", value: "1" }] })],
  ["is a process of a Windows machine", withPodSecurity({ windowsOptions: { hostProcess: true } })],
  ["mounts NFS", withVolume({ nfs: { server: "10.0.0.1", path: "/" } })],
  [
    "mounts iSCSI",
    withVolume({ iscsi: { targetPortal: "10.0.0.1:3260", iqn: "iqn.2001-04.com.example:disk", lun: 0 } }),
  ],
  ["mounts a disk of a cloud", withVolume({ awsElasticBlockStore: { volumeID: "v" } })],
  ["mounts a repository as root", withVolume({ gitRepo: { repository: "https://git.example/x" } })],
  ["mounts a flex volume", withVolume({ flexVolume: { driver: "example/driver" } })],
  ["mounts Ceph", withVolume({ rbd: { monitors: ["10.0.0.1"], image: "x" } })],
];

/** Pods that are refused, each for one reason. */
export const badPods: readonly BadPod[] = [
  ...seen.map(([title, pod]) => ({ title, pod, isOnlyForTheServer: false })),
  ...onlyForTheServer.map(([title, pod]) => ({ title, pod, isOnlyForTheServer: true })),
];
