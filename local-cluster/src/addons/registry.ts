import { inside } from "../cluster/plan.ts";
import { type Manifest, onePod, restrictedContainer } from "./manifest.ts";

const name = "registry";
/** Where the cluster's image registry runs. */
export const registryNamespace = "registry";
const namespace = registryNamespace;
const labels = { "app.kubernetes.io/name": name };
const PORT = 5000;
const DATA = "/var/lib/registry";
const SIZE = "100Gi";

const configuration = `version: 0.1
log:
  level: warn
storage:
  filesystem:
    rootdirectory: ${DATA}
  delete:
    enabled: true
http:
  addr: :${PORT}
`;

/** Returns what the cluster's image registry is made of; its images lie in `folder` of the machine. */
export function registry(image: string, folder: string): readonly Manifest[] {
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
    },
    ...volume(folder),
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data: { "config.yml": configuration } },
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace, labels }, spec: deployment(image) },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace, labels },
      spec: {
        type: "NodePort",
        selector: labels,
        ports: [{ name: "http", port: PORT, targetPort: PORT, nodePort: inside.registryNodePort }],
      },
    },
  ];
}

/** A restricted pod may mount a claim but no folder of the node, so the folder is handed to it as a volume. */
function volume(folder: string): readonly Manifest[] {
  const accessModes = ["ReadWriteOnce"];
  const storageClassName = "";
  return [
    {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name },
      spec: {
        capacity: { storage: SIZE },
        accessModes,
        storageClassName,
        persistentVolumeReclaimPolicy: "Retain",
        hostPath: { path: folder, type: "Directory" },
      },
    },
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name, namespace },
      spec: { accessModes, storageClassName, volumeName: name, resources: { requests: { storage: SIZE } } },
    },
  ];
}

function deployment(image: string): object {
  const container = {
    name,
    image,
    command: ["/registry"],
    args: ["serve", "/etc/distribution/config.yml"],
    env: [{ name: "OTEL_TRACES_EXPORTER", value: "none" }],
    securityContext: restrictedContainer(),
    readinessProbe: { httpGet: { path: "/v2/", port: PORT }, periodSeconds: 1 },
    resources: { requests: { cpu: "20m", memory: "32Mi" }, limits: { memory: "512Mi" } },
    volumeMounts: [
      { name: "config", mountPath: "/etc/distribution", readOnly: true },
      { name: "images", mountPath: DATA },
    ],
  };
  const pod = {
    automountServiceAccountToken: false,
    // Else the addresses of its own Service look like settings it does not know.
    enableServiceLinks: false,
    containers: [container],
    volumes: [
      { name: "config", configMap: { name } },
      { name: "images", persistentVolumeClaim: { claimName: name } },
    ],
  };
  // Two registries may not write one folder.
  return onePod(labels, pod, { strategy: { type: "Recreate" } });
}
