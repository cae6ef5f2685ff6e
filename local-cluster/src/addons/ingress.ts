import { inside } from "../cluster/plan.ts";
import { type Manifest, onePod, serviceAccount, systemPod } from "./manifest.ts";

const name = "traefik";
/** The namespace in which Traefik is installed by most, and in which the product looks for it unless told otherwise. */
export const ingressNamespace = "traefik";
const namespace = ingressNamespace;
const labels = { "app.kubernetes.io/name": name };
const WEB_PORT = 8000;
const PING_PORT = 8080;

const rules = [
  { apiGroups: [""], resources: ["services", "nodes", "secrets"], verbs: ["get", "list", "watch"] },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses", "ingressclasses"], verbs: ["get", "list", "watch"] },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses/status"], verbs: ["update"] },
];

const args = [
  "--entrypoints.web.address=:8000",
  "--entrypoints.traefik.address=:8080",
  "--ping=true",
  "--providers.kubernetesingress=true",
  `--providers.kubernetesingress.ingressclass=${name}`,
  // The address apps are reached at from outside; Ingress objects carry it in their status.
  "--providers.kubernetesingress.ingressendpoint.ip=127.0.0.1",
  // A change is routed at once, not after the two seconds that suit a cluster with thousands of changes.
  "--providers.providersthrottleduration=100ms",
  "--global.checknewversion=false",
  "--global.sendanonymoususage=false",
  "--log.level=WARN",
];

/** Returns what brings requests from the node's port to apps: Traefik as the cluster's default ingress class. */
export function ingress(image: string): readonly Manifest[] {
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    ...serviceAccount(namespace, name, rules),
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { name },
      spec: { controller: "traefik.io/ingress-controller" },
    },
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace, labels }, spec: deployment(image) },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace, labels },
      spec: {
        type: "NodePort",
        selector: labels,
        ports: [{ name: "web", port: 80, targetPort: WEB_PORT, nodePort: inside.ingressNodePort }],
      },
    },
  ];
}

function deployment(image: string): object {
  const container = {
    image,
    command: ["/traefik"],
    args,
    readinessProbe: { httpGet: { path: "/ping", port: PING_PORT }, periodSeconds: 1 },
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "512Mi" } },
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
  };
  return onePod(labels, systemPod(name, container, { name: "tmp", emptyDir: {} }));
}
