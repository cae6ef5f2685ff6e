import type { Child } from "../../kube/controller.ts";
import { services } from "../../kube/resources.ts";
import { appLabels, podSelector } from "../../labels.ts";
import type { AppWorld, Process } from "../gather.ts";

/** The port every app is reached on inside the cluster, whatever its process listens on: `http://<app>.<namespace>`. */
export const servicePort = 80;

/** The Service of a Web process; none without a port. */
export function service({ app, namespace, tenant }: AppWorld, process: Process): Child[] {
  if (process.port === undefined) return [];
  const name = app.metadata.name;
  const ports = [{ name: "http", port: servicePort, protocol: "TCP", targetPort: process.port }];
  return [
    {
      resource: services,
      manifest: {
        metadata: { name, namespace, labels: appLabels(tenant?.metadata.name ?? "", name, process.name) },
        spec: { type: "ClusterIP", selector: podSelector(name, process.name), ports },
      },
    },
  ];
}
