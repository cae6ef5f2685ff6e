import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pkiFolder } from "./pki.ts";
import type { ClusterPlan } from "./plan.ts";

/** Writes the kubeconfig of one identity of the cluster to `path`, readable by its owner alone. */
export async function writeKubeconfig(plan: ClusterPlan, identity: string, path: string): Promise<void> {
  const encoded = async (file: string) => (await readFile(join(pkiFolder(plan), file))).toString("base64");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": plan.id,
    contexts: [{ name: plan.id, context: { cluster: plan.id, user: identity } }],
    clusters: [
      { name: plan.id, cluster: { server: apiServer(plan), "certificate-authority-data": await encoded("ca.crt") } },
    ],
    users: [
      {
        name: identity,
        user: {
          "client-certificate-data": await encoded(`${identity}.crt`),
          "client-key-data": await encoded(`${identity}.key`),
        },
      },
    ],
  };
  // JSON is YAML, and needs no writer.
  await writeFile(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
}

/** Returns the URL of the cluster's API server, the same from the machine and from the cluster's own network. */
function apiServer(plan: ClusterPlan): string {
  return `https://${plan.network.nodeAddress}:6443`;
}
