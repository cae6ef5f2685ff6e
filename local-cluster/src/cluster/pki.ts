import { existsSync } from "node:fs";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../machine/run.ts";
import { type ClusterPlan, inside } from "./plan.ts";

type Identity = { readonly name: string; readonly subject: string; readonly names?: readonly string[] };

/** Who holds a certificate of the cluster: the common name is the user, the organisation the group Kubernetes sees. */
function identities(plan: ClusterPlan): readonly Identity[] {
  const { nodeAddress } = plan.network;
  const kubernetes = ["kubernetes", "kubernetes.default", "kubernetes.default.svc", "localhost"].map(
    (name) => `DNS:${name}`,
  );
  const addresses = ["127.0.0.1", inside.kubernetesService, nodeAddress].map((address) => `IP:${address}`);
  return [
    { name: "apiserver", subject: "/CN=kube-apiserver", names: [...kubernetes, ...addresses] },
    { name: "admin", subject: "/O=system:masters/CN=admin" },
    { name: "controllers", subject: "/CN=system:kube-controller-manager" },
    { name: "scheduler", subject: "/CN=system:kube-scheduler" },
    {
      name: "kubelet",
      subject: `/O=system:nodes/CN=system:node:${plan.name}`,
      names: [`DNS:${plan.name}`, `IP:${nodeAddress}`],
    },
    { name: "proxy", subject: "/CN=system:kube-proxy" },
    { name: "front", subject: "/CN=front-proxy" },
    { name: "policy", subject: "/CN=skypanel-network-policy" },
  ];
}

const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
const YEAR_DAYS = "365";

/** Returns the folder of the cluster's keys and certificates. */
export function pkiFolder(plan: ClusterPlan): string {
  return join(plan.state, "pki");
}

/**
 * Makes the cluster's authority and its key for service accounts once, and the certificates anew at each start, because
 * they name addresses that may change between starts.
 */
export async function issueCertificates(plan: ClusterPlan): Promise<void> {
  const folder = pkiFolder(plan);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  if (!existsSync(join(folder, "ca.crt"))) await createAuthority(folder);
  if (!existsSync(join(folder, "accounts.pub"))) await createAccountKey(folder);
  await Promise.all(identities(plan).map((identity) => issue(identity, folder)));
}

async function createAuthority(folder: string): Promise<void> {
  const out = ["-keyout", join(folder, "ca.key"), "-out", join(folder, "ca.crt")];
  await run("openssl", ["req", "-x509", ...curve, ...out, "-days", "3650", "-subj", "/CN=skypanel-local"]);
}

async function createAccountKey(folder: string): Promise<void> {
  const key = join(folder, "accounts.key");
  await run("openssl", ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key]);
  await run("openssl", ["pkey", "-in", key, "-pubout", "-out", join(folder, "accounts.pub")]);
}

async function issue(identity: Identity, folder: string): Promise<void> {
  const file = (ending: string) => join(folder, `${identity.name}.${ending}`);
  await run("openssl", ["req", ...curve, "-keyout", file("key"), "-out", file("csr"), "-subj", identity.subject]);
  const names = identity.names === undefined ? "" : `subjectAltName=${identity.names.join(",")}\n`;
  await writeFile(file("ext"), `basicConstraints=CA:FALSE\n${names}`);
  const authority = ["-CA", join(folder, "ca.crt"), "-CAkey", join(folder, "ca.key")];
  const extensions = ["-extfile", file("ext"), "-days", YEAR_DAYS];
  await run("openssl", ["x509", "-req", "-in", file("csr"), ...authority, ...extensions, "-out", file("crt")]);
  await Promise.all([rm(file("csr")), rm(file("ext"))]);
}
