import { join } from "node:path";
import { freePort } from "@skypanel/local-cluster/machine/ports.ts";
import { seriesIn } from "../../e2e/harness/metrics-page.ts";
import type { Installation } from "../../operator/src/installation-at-work.ts";
import type { Access } from "./access.ts";
import { type Running, startAsked, startTold } from "./running.ts";

/** Starts a program anew; resolves once it is at work. */
export type Start = (access: Access) => Promise<Running>;

const node = process.execPath;
const program = (name: string) => join(import.meta.dirname, "programs", `${name}.ts`);

/** Ours reads the account as in a pod: with a kubeconfig it would load the official client, which no pod of ours does. */
function asInPod({ server, accountFolder }: Access): Record<string, string> {
  const { hostname, port } = new URL(server);
  return {
    KUBERNETES_SERVICE_HOST: hostname,
    KUBERNETES_SERVICE_PORT: port || "443",
    SKYPANEL_ACCOUNT_DIR: accountFolder,
  };
}

/** The bench's kind on our runtime. */
export const startSkypanel: Start = (access) =>
  startTold({ file: node, args: [program("skypanel")], env: asInPod(access) }, true);

/** The same on the official client, as its documentation shows it. */
export const startClientNode: Start = ({ kubeconfig }) =>
  startTold({ file: node, args: [program("client-node")], env: { KUBECONFIG: kubeconfig } }, true);

/** The same on controller-runtime. */
export const startControllerRuntime =
  (file: string): Start =>
  ({ kubeconfig }) =>
    startTold({ file, args: [], env: { KUBECONFIG: kubeconfig } }, false);

/** The operator as it is shipped, without a control plane: its kinds are applied by hand. `metrics` is its page of them. */
export const startOperator =
  ({ namespace }: Pick<Installation, "namespace">) =>
  async (access: Access): Promise<Running & { metrics(): Promise<string> }> => {
    const port = await freePort(19_090);
    const main = join(import.meta.dirname, "../../operator/src/main.ts");
    const env = {
      ...asInPod(access),
      NODE_ENV: "production",
      SKYPANEL_NAMESPACE: namespace,
      SKYPANEL_METRICS_PORT: String(port),
      SKYPANEL_SCRATCH_DIR: access.accountFolder,
      SKYPANEL_LOG_LEVEL: "fatal",
    };
    const page = () => fetch(`http://127.0.0.1:${port}/metrics`).then((reply) => reply.text());
    const leads = async () => {
      try {
        const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
        return ready.ok && seriesIn(await page(), "leader_election_master_status") === 1;
      } catch {
        return false; // it does not listen yet
      }
    };
    const loop = async () =>
      Math.round((seriesIn(await page(), "nodejs_eventloop_lag_p99_seconds") ?? Number.NaN) * 10_000) / 10;
    const running = await startAsked({ file: node, args: [main], env }, leads, loop);
    return { ...running, metrics: page };
  };
