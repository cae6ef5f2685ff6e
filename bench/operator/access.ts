import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { kubeconfigOf } from "../../operator/src/installation-at-work.ts";

/** One way to the API server, in the forms that programs read. */
export interface Access {
  readonly server: string;
  readonly token: string;
  /** For the official clients. */
  readonly kubeconfig: string;
  /** For ours: the account of a pod, as the operator has it in a cluster. */
  readonly accountFolder: string;
}

/** Writes what programs need to reach `server` into `folder`, which is made anew. */
export async function writeAccess(folder: string, server: string, ca: string, token: string): Promise<Access> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const access = { server, token, kubeconfig: join(folder, "kubeconfig"), accountFolder: folder };
  await writeFile(access.kubeconfig, kubeconfigOf(server, ca, token), { mode: 0o600 });
  await writeFile(join(folder, "token"), token, { mode: 0o600 });
  await writeFile(join(folder, "ca.crt"), ca);
  return access;
}
