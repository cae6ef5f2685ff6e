import type { Manifest } from "../../operator/src/kube/controller.ts";
import {
  type ChildKind,
  deployments,
  ingresses,
  serviceAccounts,
  services,
} from "../../operator/src/kube/resources.ts";
import type { Wave } from "./wave.ts";

const waveLabel = "bench.skypanel.io/wave";

/**
 * What a wave has: four objects, and no pod. Every program makes these; controller-runtime/children.go says the same in
 * Go, and the bench compares what it made with this.
 */
export function childrenOf({ metadata, spec }: Wave): readonly { resource: ChildKind; manifest: Manifest }[] {
  const { name, namespace = "" } = metadata;
  const labels = { [waveLabel]: name };
  const place = () => ({ name, namespace, labels: { ...labels } });
  const backend = { service: { name, port: { number: 80 } } };
  const ports = [{ name: "http", containerPort: spec.port, protocol: "TCP" }];
  const pod = { serviceAccountName: name, containers: [{ name: "web", image: spec.image, ports }] };
  return [
    { resource: serviceAccounts, manifest: { metadata: place(), automountServiceAccountToken: false } },
    {
      resource: services,
      manifest: {
        metadata: place(),
        spec: {
          type: "ClusterIP",
          selector: labels,
          ports: [{ name: "http", port: 80, protocol: "TCP", targetPort: spec.port }],
        },
      },
    },
    {
      resource: deployments,
      manifest: {
        metadata: place(),
        spec: {
          replicas: 0,
          revisionHistoryLimit: 2,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: pod },
        },
      },
    },
    {
      resource: ingresses,
      manifest: {
        metadata: place(),
        spec: {
          ingressClassName: "bench", // nobody's, so that no router does work of its own
          rules: [{ host: spec.host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
        },
      },
    },
  ];
}
