import { networkInterfaces } from "node:os";
import { Failure } from "../machine/failure.ts";
import { attempt } from "../machine/run.ts";
import { openRelay } from "../relay/relay.ts";
import type { WorkerCluster } from "./worker-cluster.ts";

/** A cluster that somebody else runs, and the address at which its pods reach the panel. */
export type GivenCluster = WorkerCluster & { readonly agentUrl: string; close(): void };

const HTTP = 80;

/**
 * Returns the cluster a kubeconfig names; its apps answer at port SKYPANEL_INGRESS_PORT, or 80. Its pods reach the panel at SKYPANEL_AGENT_URL, or else at this machine's own
 * address, where connections are passed on to loopback. Throws a Failure naming what it needs and does not find.
 */
export async function givenCluster(kubeconfig: string, panelPort: number): Promise<GivenCluster> {
  const { SKYPANEL_OPERATOR_IMAGE: image, SKYPANEL_AGENT_URL: given, SKYPANEL_INGRESS_PORT: port } = process.env;
  if (!image) {
    throw new Failure(
      "With KUBECONFIG set, SKYPANEL_OPERATOR_IMAGE must name an operator image that cluster can pull.",
    );
  }
  for (const tool of ["kubectl", "helm"]) await checkTool(tool);
  const cluster = { kubeconfig, kubectl: "kubectl", helm: "helm", image, ingressPort: port ? Number(port) : HTTP };
  if (given) return { ...cluster, agentUrl: given, close: () => undefined };
  const host = machineAddress();
  const relay = await openRelay({ listen: { host, port: panelPort }, target: { host: "127.0.0.1", port: panelPort } });
  return { ...cluster, agentUrl: `http://${host}:${panelPort}`, close: () => void relay.close() };
}

async function checkTool(tool: string): Promise<void> {
  const found = await attempt(tool, ["version", "--client"]).then(
    () => true,
    () => false,
  );
  if (!found) throw new Failure(`With KUBECONFIG set, ${tool} is needed, and it is not on the PATH.`);
}

function machineAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const found = all.find(({ family, internal }) => family === "IPv4" && !internal);
  if (found === undefined)
    throw new Failure("This machine has no address the cluster could reach; set SKYPANEL_AGENT_URL.");
  return found.address;
}
