import { readFile } from "node:fs/promises";
import { limits } from "@skypanel/crds/limits.ts";
import type { Cluster } from "../kube/cluster.ts";
import type { Kube } from "../kube/kube.ts";
import { namespaces } from "../kube/resources.ts";

const maxVersionBytes = 64 * 1024;

/** The API server's version as it says it: `v1.35.4`. */
export async function kubernetesVersion({ stream }: Pick<Cluster, "stream">): Promise<string> {
  let text = "";
  const deadline = AbortSignal.timeout(limits.kube.callMillis);
  for await (const chunk of await stream("/version", deadline)) {
    text += Buffer.from(chunk).toString("utf8");
    if (text.length > maxVersionBytes) break;
  }
  const { gitVersion } = Object(JSON.parse(text));
  return String(gitVersion).slice(0, 64);
}

/** What tells this Kubernetes from every other: the uid of a namespace that lives as long as it does. */
export async function kubeSystemUid(kube: Pick<Kube, "get">): Promise<string> {
  const { metadata } = await kube.get({ resource: namespaces, name: "kube-system" });
  return metadata.uid ?? "";
}

/** The registration token in `file`, or undefined if there is none (any more). */
export async function registrationToken(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return (await readFile(file, "utf8")).trim() || undefined;
  } catch (error) {
    // Once registered the Secret may go; whatever else is wrong with a file is a fault to be seen.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
