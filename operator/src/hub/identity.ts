import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { RegisterBody } from "@skypanel/control-plane/contract/agent.ts";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { isKubeError, type Kube, type Live, type Ref } from "../kube/kube.ts";
import { secrets } from "../kube/resources.ts";

/** Who this cluster is. Both keys are born here and never leave; the control plane knows their public halves. */
export interface Identity {
  /** RFC 7638 thumbprint of the public key. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: RegisterBody["publicKey"];
  readonly ageIdentity: string;
  readonly ageRecipient: string;
  /** Known once the control plane has registered us. */
  readonly clusterId: string | undefined;
}

export interface IdentityPlace {
  readonly kube: Kube;
  readonly namespace: string;
  readonly name: string;
}

type Stored = Partial<Record<"identity.pem" | "age.txt" | "cluster-id", string>>;

/**
 * Reads the identity from the operator's own Secret, or makes one and keeps it there. Two replicas that start at once
 * end with the same keys: a write names the version it was decided on, and the loser reads again.
 */
export async function loadIdentity(place: IdentityPlace): Promise<Identity> {
  for (let tried = 1; ; tried += 1) {
    const found = await readSecret(place);
    const { "identity.pem": pem, "age.txt": age, "cluster-id": clusterId } = found.values;
    if (pem !== undefined && age !== undefined) return identityOf(pem, age, clusterId);
    const made = { "identity.pem": newKey(), "age.txt": await generateX25519Identity() };
    try {
      await writeSecret(place, found.live, made);
    } catch (error) {
      if (!isKubeError(error, "conflict") || tried === 3) throw error; // another replica was faster: read what it made
    }
  }
}

/** Keeps the id the control plane gave us, so that a restart needs no registration token. */
export async function rememberCluster(place: IdentityPlace, identity: Identity, clusterId: string): Promise<Identity> {
  const { live, values } = await readSecret(place);
  await writeSecret(place, live, { ...values, "cluster-id": clusterId });
  return { ...identity, clusterId };
}

async function identityOf(pem: string, age: string, clusterId: string | undefined): Promise<Identity> {
  const privateKey = createPrivateKey(pem);
  const { x = "", y = "" } = createPublicKey(privateKey).export({ format: "jwk" });
  const publicKey = { kty: "EC", crv: "P-256", x, y } as const;
  const ageRecipient = await identityToRecipient(age);
  return { kid: thumbprint(publicKey), privateKey, publicKey, ageIdentity: age, ageRecipient, clusterId };
}

/** RFC 7638: SHA-256 over the required members in lexicographic order, without white space. */
export function thumbprint({ crv, kty, x, y }: RegisterBody["publicKey"]): string {
  return createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

interface Secret extends Live {
  readonly data?: Readonly<Record<string, string>>;
}

async function readSecret(place: IdentityPlace): Promise<{ live: Secret | undefined; values: Stored }> {
  try {
    const live = await place.kube.get<Secret>(refOf(place));
    const entries = Object.entries(live.data ?? {});
    return { live, values: Object.fromEntries(entries.map(([key, value]) => [key, fromBase64(value)])) };
  } catch (error) {
    if (isKubeError(error, "notFound")) return { live: undefined, values: {} };
    throw error;
  }
}

async function writeSecret(place: IdentityPlace, live: Secret | undefined, values: Stored): Promise<void> {
  const { namespace, name } = place;
  const { uid, resourceVersion } = live?.metadata ?? {};
  const precondition = uid === undefined || resourceVersion === undefined ? {} : { uid, resourceVersion };
  const data = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
  );
  const body = { metadata: { name, namespace, ...precondition }, data };
  await place.kube.apply(refOf(place), body, { manager: "skypanel-operator", force: true });
}

function refOf({ namespace, name }: IdentityPlace): Ref {
  return { resource: secrets, namespace, name };
}

function fromBase64(value: string): string {
  return Buffer.from(value, "base64").toString("utf8");
}
