import { isKubeError, type Kube, type Live, type Ref } from "../kube/kube.ts";
import { secrets } from "../kube/resources.ts";
import { type Identity, identityOf, makeKeys } from "./keys.ts";

/** The operator's own Secret. */
export interface IdentityPlace {
  readonly kube: Pick<Kube, "get" | "apply">;
  readonly namespace: string;
  readonly name: string;
}

/** The identity of this process's cluster, once it is loaded. */
export interface IdentityKeeper {
  load(): Promise<void>;
  /** Throws before `load` has resolved. */
  current(): Identity;
  /** Keeps the id the control plane gave us, so that a restart needs no registration token. */
  remember(clusterId: string): Promise<void>;
}

const tries = 3;

/** Keeps the identity of `place`. Load it only while holding the lease: it may have to be written. */
export function keepIdentity(place: IdentityPlace): IdentityKeeper {
  let identity: Identity | undefined;
  const current = () => {
    if (identity === undefined) throw new Error("the identity is not loaded yet");
    return identity;
  };
  return {
    current,
    load: async () => {
      identity = await loadIdentity(place);
    },
    remember: async (clusterId) => {
      await rememberCluster(place, clusterId);
      identity = { ...current(), clusterId };
    },
  };
}

/**
 * Reads the identity from the operator's own Secret, or makes one and keeps it there. Two replicas that start at once
 * end with the same keys: a write names the version it was decided on, and the loser reads again.
 */
async function loadIdentity(place: IdentityPlace): Promise<Identity> {
  for (let tried = 1; ; tried += 1) {
    const { live, values } = await readSecret(place);
    const { "identity.pem": pem, "age.txt": age, "cluster-id": clusterId } = values;
    if (pem !== undefined && age !== undefined) return identityOf({ pem, age }, clusterId);
    const made = await makeKeys();
    try {
      await writeSecret(place, live, { "identity.pem": made.pem, "age.txt": made.age });
    } catch (error) {
      if (!isKubeError(error, "conflict") || tried === tries) throw error; // another replica was faster: read its keys
    }
  }
}

async function rememberCluster(place: IdentityPlace, clusterId: string): Promise<void> {
  const { live, values } = await readSecret(place);
  if (values["cluster-id"] !== clusterId) await writeSecret(place, live, { ...values, "cluster-id": clusterId });
}

interface Secret extends Live {
  readonly data?: Readonly<Record<string, string>>;
}

type Values = Readonly<Record<string, string>>;

async function readSecret(place: IdentityPlace): Promise<{ live: Secret | undefined; values: Values }> {
  try {
    const live = await place.kube.get<Secret>(refOf(place));
    const entries = Object.entries(live.data ?? {});
    const values = entries.map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]);
    return { live, values: Object.fromEntries(values) };
  } catch (error) {
    if (isKubeError(error, "notFound")) return { live: undefined, values: {} }; // the chart makes it; kubectl may not have
    throw error;
  }
}

async function writeSecret(place: IdentityPlace, live: Secret | undefined, values: Values): Promise<void> {
  const { kube, namespace, name } = place;
  const { uid, resourceVersion } = live?.metadata ?? {};
  const decidedOn = uid === undefined || resourceVersion === undefined ? {} : { uid, resourceVersion };
  const data = Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
  const body = { metadata: { name, namespace, ...decidedOn }, data: Object.fromEntries(data) };
  await kube.apply(refOf(place), body, { manager: "skypanel-operator", force: true });
}

function refOf({ namespace, name }: IdentityPlace): Ref {
  return { resource: secrets, namespace, name };
}
