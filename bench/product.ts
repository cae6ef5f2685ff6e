import { randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type ApiClient, signedIn } from "../e2e/harness/api.ts";
import { type Kubectl, kubectl } from "../e2e/harness/kubectl.ts";

interface Access {
  readonly url: string;
  readonly email: string;
  readonly password: string;
  readonly kubeconfig: string;
  readonly organisation: string;
}

/** The product that `npm start` runs, with a client signed in as its administrator. */
export interface Product {
  readonly access: Access;
  readonly api: ApiClient;
  readonly run: Kubectl;
  readonly namespace: string;
}

/** kubectl as it is called: `$KUBECTL`, or the one on the path. */
export const kubectlProgram = process.env.KUBECTL ?? "kubectl";

/** Signs in to the product described by `.local/access.json`; throws when none runs. */
export async function openProduct(): Promise<Product> {
  const access = JSON.parse(await readFile(".local/access.json", "utf8")) as Access; // written by npm start
  const api = await signedIn(access.url, access.email, access.password);
  return { access, api, run: kubectl(kubectlProgram, access.kubeconfig), namespace: `sp-${access.organisation}` };
}

/** A name for an app of a bench. */
export const benchName = (): string => `bench-${randomInt(36 ** 5).toString(36)}`;

/** The path parameters of an app of the product's organisation. */
export const params = (product: Product, app: string) => ({ org: product.access.organisation, app });

/** Waits until the app shows `phase` for the revision last asked for. */
export async function untilPhase(product: Product, app: string, phase: string): Promise<void> {
  for (;;) {
    await sleep(200);
    const view = await product.api.call("GET /orgs/{org}/apps/{app}", { params: params(product, app) });
    if (view.status.phase === phase && view.status.observedRevision === view.revision) return;
  }
}

/** Deletes an app, at the revision it has now. */
export async function remove(product: Product, app: string): Promise<void> {
  const target = { params: params(product, app) };
  const { revision } = await product.api.call("GET /orgs/{org}/apps/{app}", target);
  await product.api.call("DELETE /orgs/{org}/apps/{app}", { ...target, query: { confirm: app }, revision });
}
