import { ingressNamespace } from "../addons/ingress.ts";
import { Failure } from "../machine/failure.ts";
import { waitFor } from "../machine/wait.ts";
import type { PanelClient } from "./panel-client.ts";

/** What the panel says of a cluster, as far as it is read here. */
type Cluster = { readonly id: string; readonly slug: string; readonly phase: string; readonly versions: object | null };

/** The local cluster as the panel knows it. */
export type Worker = {
  /** The panel has heard from it before. */
  readonly registered: boolean;
  /** Tells people who look at the panel at which step the cluster is; undefined: no longer being built. */
  tell(step: string | undefined): Promise<void>;
  /** Returns a token with which the cluster can register once. */
  token(): Promise<string>;
  /** Waits until the panel hears from the cluster. */
  online(): Promise<void>;
};

const SLUG = "local";
const ONLINE_MS = 120_000;

/** Returns the cluster called "local" in the panel, made when it is not there. */
export async function localWorker(panel: PanelClient, ingressPort: number): Promise<Worker> {
  const { items } = (await panel("GET", "/admin/clusters?limit=100")) as { readonly items: readonly Cluster[] };
  const cluster = items.find(({ slug }) => slug === SLUG) ?? (await create(panel, ingressPort));
  const path = `/admin/clusters/${cluster.id}`;
  return {
    registered: cluster.versions !== null,
    async tell(step) {
      await panel("PATCH", path, { provisioning: step === undefined ? null : { step } });
    },
    async token() {
      const { token } = (await panel("POST", `${path}/token`)) as { readonly token: string };
      return token;
    },
    async online() {
      await waitFor({ what: "the cluster in the panel", deadlineMs: ONLINE_MS }, async () => {
        const { phase } = (await panel("GET", path)) as Cluster;
        if (phase === "PendingApproval")
          throw new Failure("The panel wants the cluster's new identity approved first.");
        return phase === "Online";
      });
    },
  };
}

async function create(panel: PanelClient, port: number): Promise<Cluster> {
  const ingress = { class: "traefik", namespace: ingressNamespace, port, tls: false };
  const body = { slug: SLUG, name: "This machine", region: "local", baseDomain: "localhost", ingress };
  return ((await panel("POST", "/admin/clusters", body)) as { readonly cluster: Cluster }).cluster;
}
