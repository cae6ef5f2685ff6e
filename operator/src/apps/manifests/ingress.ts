import type { Child } from "../../kube/controller.ts";
import { ingresses } from "../../kube/resources.ts";
import { appLabels } from "../../labels.ts";
import type { AppWorld } from "../gather.ts";
import { hostOf, isHostTaken } from "../host.ts";
import { servicePort } from "./service.ts";

/** The way in from outside; none while the app has no host, or another app has it. */
export function ingress(world: AppWorld): Child[] {
  const host = hostOf(world);
  if (host === undefined || isHostTaken(world)) return [];
  const { app, namespace, settings, tenant } = world;
  const { className, scheme } = settings.ingress;
  const name = app.metadata.name;
  const backend = { service: { name, port: { number: servicePort } } };
  return [
    {
      resource: ingresses,
      manifest: {
        // No annotation but ours: controllers read orders in them.
        metadata: { name, namespace, labels: appLabels(tenant?.metadata.name ?? "", name) },
        spec: {
          ...(className === undefined ? {} : { ingressClassName: className }),
          ...(scheme === "https" ? { tls: [{ hosts: [host] }] } : {}),
          rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
        },
      },
    },
  ];
}
