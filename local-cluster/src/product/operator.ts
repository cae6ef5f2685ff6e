import { join } from "node:path";
import { workTree } from "../cluster/folder.ts";
import { attempt, run } from "../machine/run.ts";

/** A cluster and the tools to change it. */
export type Target = { readonly kubeconfig: string; readonly kubectl: string; readonly helm: string };

/** How the operator is to be installed; `token` is for a cluster that has no identity yet, or one the panel never saw. */
export type OperatorOptions = {
  readonly image: string;
  readonly agentUrl: string;
  readonly registered: boolean;
  readonly token: () => Promise<string>;
};

const RELEASE = "skypanel-operator";
const NAMESPACE = "skypanel-system";
const TOKEN_SECRET = "skypanel-registration";
const IDENTITY_SECRET = "skypanel-operator-identity";
const WAIT_MINUTES = 5;
const MINUTE_MS = 60_000;

/** Installs the operator with Helm, or upgrades it; resolves when it is ready. */
export async function installOperator(target: Target, options: OperatorOptions): Promise<void> {
  const chart = join(workTree, "helm/skypanel-operator");
  const kubectl = (args: readonly string[], input = "") =>
    run(target.kubectl, ["--kubeconfig", target.kubeconfig, ...args], { input });
  // Helm installs definitions once and never upgrades them.
  await kubectl(["apply", "--server-side", "--force-conflicts", "--filename", join(chart, "crds")]);
  const isKnown = options.registered && (await hasIdentity(target));
  if (!isKnown) await kubectl(["apply", "--filename", "-"], await registration(options));
  const values = {
    image: { reference: options.image },
    replicas: 1,
    controlPlane: { url: options.agentUrl, allowInsecure: options.agentUrl.startsWith("http:") },
    registration: { existingSecret: TOKEN_SECRET },
  };
  const flags = ["--namespace", NAMESPACE, "--values", "-", "--wait", "--timeout", `${WAIT_MINUTES}m`];
  await run(target.helm, ["--kubeconfig", target.kubeconfig, "upgrade", "--install", RELEASE, chart, ...flags], {
    input: JSON.stringify(values),
    deadlineMs: (WAIT_MINUTES + 1) * MINUTE_MS,
  });
}

/** The chart makes the Secret empty; the operator puts its keys there when it registers. */
async function hasIdentity({ kubectl, kubeconfig }: Target): Promise<boolean> {
  const get = ["--kubeconfig", kubeconfig, "--namespace", NAMESPACE, "get", "secret", IDENTITY_SECRET];
  return (await attempt(kubectl, [...get, "--output=jsonpath={.data}"])).stdout !== "";
}

async function registration({ token }: OperatorOptions): Promise<string> {
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } };
  const metadata = { name: TOKEN_SECRET, namespace: NAMESPACE };
  const secret = { apiVersion: "v1", kind: "Secret", metadata, stringData: { token: await token() } };
  return JSON.stringify({ apiVersion: "v1", kind: "List", items: [namespace, secret] });
}
