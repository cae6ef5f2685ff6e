import type { Child } from "../../kube/controller.ts";
import { serviceAccounts } from "../../kube/resources.ts";
import { appLabels } from "../../labels.ts";
import type { AppWorld } from "../gather.ts";

/** An account without token: the app's pods cannot speak to the cluster's API. */
export function serviceAccount({ app, namespace, tenant }: AppWorld): Child {
  const name = app.metadata.name;
  return {
    resource: serviceAccounts,
    manifest: {
      metadata: { name, namespace, labels: appLabels(tenant?.metadata.name ?? "", name) },
      automountServiceAccountToken: false,
    },
  };
}
