import { inside } from "../cluster/plan.ts";
import { type Manifest, onePod, serviceAccount, systemPod } from "./manifest.ts";

const name = "coredns";
/** Where Kubernetes looks for the cluster's DNS. */
export const dnsNamespace = "kube-system";
const namespace = dnsNamespace;
const labels = { "k8s-app": "kube-dns" };
// Rules about connections see the pod, not its Service: where DNS is allowed, port 53 is.
const PORT = 53;
const READY_PORT = 8181;

const corefile = `.:${PORT} {
  errors
  ready :${READY_PORT}
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    pods insecure
    fallthrough in-addr.arpa ip6.arpa
  }
  forward . /etc/resolv.conf
  cache 10
  loop
}
`;

/** Returns what the cluster's DNS is made of. Its pod lets everybody listen on low ports, so it needs no capability. */
export function dns(image: string): readonly Manifest[] {
  return [
    ...serviceAccount(namespace, name, [
      { apiGroups: [""], resources: ["services", "namespaces"], verbs: ["list", "watch"] },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
    ]),
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data: { Corefile: corefile } },
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace, labels }, spec: deployment(image) },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "kube-dns", namespace, labels },
      spec: {
        selector: labels,
        clusterIP: inside.dnsService,
        ports: ["UDP", "TCP"].map((protocol) => ({
          name: protocol.toLowerCase(),
          port: 53,
          protocol,
          targetPort: PORT,
        })),
      },
    },
  ];
}

function deployment(image: string): object {
  const container = {
    image,
    command: ["/coredns"],
    args: ["-conf", "/etc/coredns/Corefile"],
    readinessProbe: { httpGet: { path: "/ready", port: READY_PORT }, periodSeconds: 1 },
    resources: { requests: { cpu: "50m", memory: "40Mi" }, limits: { memory: "200Mi" } },
    volumeMounts: [{ name: "config", mountPath: "/etc/coredns", readOnly: true }],
  };
  const host = {
    dnsPolicy: "Default",
    securityContext: { sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }] },
  };
  return onePod(labels, systemPod(name, container, { name: "config", configMap: { name } }, host));
}
