import { type Manifest, onePod, serviceAccount, systemPod } from "./manifest.ts";

const name = "metrics-server";
/** Where the cluster's metrics are measured. */
export const metricsNamespace = "kube-system";
const namespace = metricsNamespace;
const labels = { "k8s-app": name };
const PORT = 10250;
const rbac = "rbac.authorization.k8s.io";

const rules = [
  { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
  { apiGroups: [""], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] },
];

const args = [
  `--secure-port=${PORT}`,
  // Its own certificate, made at each start.
  "--cert-dir=/tmp",
  "--kubelet-certificate-authority=/var/run/secrets/kubernetes.io/serviceaccount/ca.crt",
  // The node's name resolves nowhere.
  "--kubelet-preferred-address-types=InternalIP",
  // As often as it can: who tries autoscaling does not want to wait.
  "--metric-resolution=10s",
  "--kubelet-request-timeout=5s",
];

/** Returns what tells `kubectl top` and autoscalers the processor time and memory of pods. */
export function metrics(image: string): readonly Manifest[] {
  const metadata = { name, namespace, labels };
  return [
    ...serviceAccount(namespace, name, rules),
    ...delegation(),
    { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: deployment(image) },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { selector: labels, ports: [{ name: "https", port: 443, targetPort: PORT }] },
    },
  ];
}

/**
 * Makes the cluster's API serve its metrics. For a program that works already: a part of the API that does not answer
 * holds up the deletion of every namespace.
 */
export const metricsApi: Manifest = {
  apiVersion: "apiregistration.k8s.io/v1",
  kind: "APIService",
  metadata: { name: "v1beta1.metrics.k8s.io", labels },
  spec: {
    group: "metrics.k8s.io",
    version: "v1beta1",
    service: { name, namespace },
    insecureSkipTLSVerify: true,
    groupPriorityMinimum: 100,
    versionPriority: 100,
  },
};

/** It is an API server of its own, and asks the cluster's who its callers are and what they may. */
function delegation(): readonly Manifest[] {
  const subjects = [{ kind: "ServiceAccount", name, namespace }];
  return [
    {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: `${name}:delegator` },
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "system:auth-delegator" },
      subjects,
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata: { name: `${name}:reader`, namespace },
      roleRef: { apiGroup: rbac, kind: "Role", name: "extension-apiserver-authentication-reader" },
      subjects,
    },
  ];
}

function deployment(image: string): object {
  const container = {
    image,
    command: [`/${name}`],
    args,
    // Ready only once it has measured, and so able to answer.
    readinessProbe: { httpGet: { path: "/readyz", port: PORT, scheme: "HTTPS" }, periodSeconds: 1 },
    resources: { requests: { cpu: "20m", memory: "40Mi" }, limits: { memory: "256Mi" } },
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
  };
  return onePod(labels, systemPod(name, container, { name: "tmp", emptyDir: {} }));
}
