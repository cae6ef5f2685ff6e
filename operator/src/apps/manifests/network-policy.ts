import type { Child } from "../../kube/controller.ts";
import { networkPolicies } from "../../kube/resources.ts";
import { appLabels, podSelector } from "../../labels.ts";
import type { AppWorld, Process } from "../gather.ts";

/** Lets the ingress controller, and nothing else from outside the tenant, reach the port of a Web process. */
export function networkPolicy({ app, namespace, settings, tenant }: AppWorld, process: Process): Child[] {
  if (process.port === undefined) return [];
  const name = app.metadata.name;
  const from = [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": settings.ingress.namespace } } }];
  return [
    {
      resource: networkPolicies,
      manifest: {
        metadata: { name, namespace, labels: appLabels(tenant?.metadata.name ?? "", name, process.name) },
        spec: {
          podSelector: { matchLabels: podSelector(name, process.name) },
          policyTypes: ["Ingress"],
          ingress: [{ from, ports: [{ protocol: "TCP", port: process.port }] }],
        },
      },
    },
  ];
}
