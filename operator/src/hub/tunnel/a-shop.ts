import { app } from "@skypanel/crds/kinds/app.ts";
import type { Live } from "../../kube/kube.ts";
import { namespaces, pods, resourceOf } from "../../kube/resources.ts";
import { createStore, type Store } from "../../kube/store.ts";
import { appLabels, tenantLabels } from "../../labels.ts";

/** Whose log a test reads: app `web` of tenant `shop`. */
export const inShop = { tenant: "shop", namespace: "sp-shop", app: "web" } as const;

let versions = 0;
const live = (kind: string, metadata: Live["metadata"], more: object = {}): Live => {
  versions += 1;
  const { namespace = "", name } = metadata;
  return {
    apiVersion: "v1",
    kind,
    metadata: { uid: `${kind}/${namespace}/${name}`, ...metadata, resourceVersion: String(versions) },
    ...more,
  };
};
const running = { containerStatuses: [{ containerID: "c1", state: { running: {} } }] };

/** A cluster with two tenants, each with an app and a pod, and a namespace of nobody's with both; for tests. */
export function aShop(): Store {
  const store = createStore({ get: async () => Promise.reject(new Error("nothing is fetched")) });
  const add = (tenant: string, name: string, namespace: string, isManaged = true) => {
    const labels = isManaged ? { labels: tenantLabels(tenant) } : {};
    store.table(namespaces).put(live("Namespace", { name: namespace, ...labels }));
    store.table(resourceOf(app)).put(live("App", { name, namespace }, { spec: {} }));
    const pod = { name: `${name}-1`, namespace, labels: appLabels(tenant, name, "web") };
    store.table(pods).put(live("Pod", pod, { status: running }));
  };
  add("shop", "web", "sp-shop");
  add("other", "api", "sp-other");
  add("shop", "web", "kube-system", false);
  return store;
}
