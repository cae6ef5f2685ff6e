import type { Sealed } from "@skypanel/crds/kinds/sealed.ts";
import type { Reader } from "../kube/controller.ts";
import { tenantLabel } from "../kube/inventory.ts";
import type { Live } from "../kube/kube.ts";
import { deployments, namespaces, replicaSets } from "../kube/resources.ts";
import { misplaced } from "./scope.ts";
import { type ClusterKey, keyedHash, open } from "./unseal.ts";

/** All that decides what a Sealed becomes. It holds opened values: never log it. */
export interface SealedWorld {
  readonly sealed: Sealed;
  readonly namespace: string;
  /** Absent: no Tenant owns the namespace. */
  readonly tenant: string | undefined;
  readonly opened: OpenedValues;
  /** Names of our earlier Secrets that pods still read. */
  readonly inUse: readonly string[];
}

/** All values, and their keyed hash; or why not all could be opened. */
export type OpenedValues =
  | { readonly values: Readonly<Record<string, string>>; readonly hash: string }
  | { readonly why: string };

/** A workload as far as it names Secrets. */
interface LiveWorkload extends Live {
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: {
      readonly spec?: {
        readonly containers?: readonly {
          readonly envFrom?: readonly { readonly secretRef?: { readonly name?: string } }[];
        }[];
      };
    };
  };
  readonly status?: { readonly replicas?: number };
}

/** Opens `sealed` and finds out which of its earlier Secrets are still read. */
export async function gather(key: ClusterKey, sealed: Sealed, reader: Reader): Promise<SealedWorld> {
  const namespace = sealed.metadata.namespace ?? "";
  const tenant = reader.get({ resource: namespaces, name: namespace })?.metadata.labels?.[tenantLabel];
  const made = (sealed.status?.inventory ?? []).map(({ name }) => name);
  return {
    sealed,
    namespace,
    tenant,
    opened: await openAll(key, sealed, tenant ?? ""),
    inUse: made.filter((name) => isRead(reader, `${namespace}/${name}`)),
  };
}

/** "namespace/name" of the Secrets a Deployment, or a ReplicaSet that still has pods, hands to its pods. */
export function secretsRead(object: Live): string[] {
  const { spec, status, metadata }: LiveWorkload = object;
  const isEmpty = object.kind === "ReplicaSet" && (spec?.replicas ?? 0) === 0 && (status?.replicas ?? 0) === 0;
  if (isEmpty) return [];
  const sources = (spec?.template?.spec?.containers ?? []).flatMap(({ envFrom = [] }) => envFrom);
  return sources.flatMap(({ secretRef }) => (secretRef?.name ? [`${metadata.namespace}/${secretRef.name}`] : []));
}

function isRead(reader: Reader, secret: string): boolean {
  return [deployments, replicaSets].some((resource) => reader.byIndex(resource, "secret", secret).length > 0);
}

async function openAll(key: ClusterKey, sealed: Sealed, tenant: string): Promise<OpenedValues> {
  const { recipient, values: ciphertexts } = sealed.spec;
  if (recipient !== key.ageRecipient) return { why: `it is sealed to the key ${recipient}, not to this cluster's` };
  const values: Record<string, string> = {};
  for (const [name, ciphertext] of Object.entries(ciphertexts)) {
    const opened = await open(key, ciphertext);
    if ("why" in opened) return { why: `${name}: ${opened.why} (${recipient})` };
    const wrong = misplaced(opened.plaintext, { sealed, tenant, key: name, clusterId: key.clusterId });
    if (wrong !== undefined) return { why: `${name}: it was sealed for another ${wrong}` };
    values[name] = opened.plaintext.value;
  }
  return { values, hash: keyedHash(key, values) };
}
