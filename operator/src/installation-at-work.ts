import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kinds } from "@skypanel/crds/kinds.ts";
import { readYaml } from "@skypanel/crds/yaml.ts";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { engineer, type Hands } from "./hands-at-work.ts";
import type { JsonObject, Live, Ref, Resource } from "./kube/kube.ts";
import { accessSource } from "./kube/kubeconfig.ts";
import { apiVersionOf, namespaces, resourceOf, roleBindings, secrets, serviceAccounts } from "./kube/resources.ts";
import { tenantRole } from "./rbac.ts";

/** Where an API server is, and the certificate authority it is known by (PEM). */
export interface Server {
  readonly url: string;
  readonly ca: string;
}

/** An operator's account in a cluster, with the rights the chart gives and no more. */
export interface Installation {
  readonly namespace: string;
  readonly account: string;
  /** The account's token, which lasts as long as the installation. */
  readonly token: string;
  /** Writes a kubeconfig of the account, for `server` or else the cluster itself; its path. */
  kubeconfig(server?: Server): Promise<string>;
  /** The cluster as the hands reach it. */
  readonly server: Server;
  /** Removes all that was installed but the kinds and the roles, which others may use. */
  remove(): Promise<void>;
}

const chart = new URL("../../helm/skypanel-operator/", import.meta.url);
const rbac = "rbac.authorization.k8s.io";
const resource = (group: string, kind: string, plural: string, namespaced: boolean): Resource => ({
  ...{ group, version: "v1", kind, plural, namespaced },
});
export const customResourceDefinitions = resource(
  "apiextensions.k8s.io",
  "CustomResourceDefinition",
  "customresourcedefinitions",
  false,
);
const clusterRoles = resource(rbac, "ClusterRole", "clusterroles", false);
export const clusterRoleBindings = resource(rbac, "ClusterRoleBinding", "clusterrolebindings", false);
const roles = resource(rbac, "Role", "roles", true);
const account = "skypanel-operator";

/** Installs kinds, roles and an account in a namespace of its own, as the chart would, without the operator itself. */
export async function installationAtWork(
  kubeconfig: string,
  hands: Hands,
  namespace = `skypanel-${randomUUID().slice(0, 8)}`,
): Promise<Installation> {
  await installKinds(hands);
  await grant(hands, namespace);
  const token = await accountToken(hands, namespace, account);
  const folder = await mkdtemp(join(tmpdir(), "skypanel-"));
  const { server, ca = "" } = await accessSource({ KUBECONFIG: kubeconfig }).read();
  const here = { url: server, ca };
  return {
    ...{ namespace, account, token, server: here },
    kubeconfig: async ({ url, ca } = here) => {
      const file = join(folder, `${randomUUID()}.json`);
      await writeFile(file, kubeconfigOf(url, ca, token), { mode: 0o600 });
      return file;
    },
    remove: async () => {
      await hands.remove({ resource: clusterRoleBindings, name: namespace });
      await hands.remove({ resource: namespaces, name: namespace });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Applies the chart's CRDs, and waits until every kind is served. */
async function installKinds({ kube }: Hands): Promise<void> {
  const folder = new URL("crds/", chart);
  for (const file of await readdir(folder)) {
    const body = (await yamlOf(new URL(file, folder))) as JsonObject & Live; // a generated CRD
    await kube.apply({ resource: customResourceDefinitions, name: body.metadata.name }, body, engineer);
  }
  for (const kind of kinds) {
    const pages = () => kube.list(resourceOf(kind), { limit: 1 })[Symbol.asyncIterator]().next();
    while ((await pages().catch(() => undefined)) === undefined) await systemClock.sleep(100);
  }
}

/** The roles of the chart, bound to an account of `namespace`. */
async function grant({ kube }: Hands, namespace: string): Promise<void> {
  const rulesOf = (file: string) => yamlOf(new URL(`files/${file}-role.yaml`, chart)) as Promise<JsonObject[]>; // generated rules
  const put = async (of: Resource, name: string, body: object = {}, where?: string) => {
    const place = where === undefined ? { name } : { name, namespace: where };
    const ref: Ref = { resource: of, ...place };
    const manifest = { apiVersion: apiVersionOf(of), kind: of.kind, metadata: place, ...body };
    await kube.apply(ref, manifest as JsonObject, engineer); // plain JSON
  };
  const subjects = [{ kind: "ServiceAccount", name: account, namespace }];
  const roleRef = (kind: string, name: string) => ({ roleRef: { apiGroup: rbac, kind, name }, subjects });
  await put(clusterRoles, account, { rules: await rulesOf("operator") });
  await put(clusterRoles, tenantRole, { rules: await rulesOf("tenant") });
  await put(namespaces, namespace);
  await put(serviceAccounts, account, {}, namespace);
  await put(secrets, "skypanel-operator-identity", {}, namespace); // the operator may fill it in, and make none
  await put(clusterRoleBindings, namespace, roleRef("ClusterRole", account));
  await put(roles, "skypanel-self", { rules: await rulesOf("self") }, namespace);
  await put(roleBindings, "skypanel-self", roleRef("Role", "skypanel-self"), namespace);
}

/** A token of a service account that lasts as long as its Secret, which the cluster fills in. */
export async function accountToken({ kube }: Hands, namespace: string, account: string): Promise<string> {
  const ref: Ref = { resource: secrets, namespace, name: `${account}-token` };
  const annotations = { "kubernetes.io/service-account.name": account };
  const metadata = { name: ref.name, namespace, annotations };
  await kube.apply(ref, { metadata, type: "kubernetes.io/service-account-token" }, engineer);
  for (;;) {
    const { data } = await kube.get<Live & { data?: { token?: string } }>(ref);
    if (data?.token !== undefined) return Buffer.from(data.token, "base64").toString();
    await systemClock.sleep(50);
  }
}

/** A kubeconfig, as text, of the account that `token` is of. */
export function kubeconfigOf(server: string, ca: string, token: string): string {
  const encoded = Buffer.from(ca).toString("base64");
  return JSON.stringify({
    ...{ apiVersion: "v1", kind: "Config", "current-context": "test" },
    contexts: [{ name: "test", context: { cluster: "test", user: account } }],
    clusters: [{ name: "test", cluster: { server, "certificate-authority-data": encoded } }],
    users: [{ name: account, user: { token } }],
  });
}

async function yamlOf(file: URL): Promise<unknown> {
  const read = readYaml(await readFile(file, "utf8"), { bytes: 1_000_000, nodes: 50_000 });
  if (!read.ok) throw new Error(`${file} cannot be read`);
  return read.value;
}
