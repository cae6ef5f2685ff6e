import type { SealedPlaintext } from "@skypanel/crds/kinds/sealed.ts";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { beforeAll, describe, expect, it } from "vitest";
import { seal } from "../../../control-plane/src/desired/seal.ts";
import type { Reader } from "../kube/controller.ts";
import type { Live } from "../kube/kube.ts";
import { aPlaintext, aSealed } from "./a-sealed.ts";
import { desired } from "./desired.ts";
import { gather, secretsRead } from "./gather.ts";
import { type ClusterKey, keyedHash, open } from "./unseal.ts";

const clusterId = "6f1c1a52-5b1a-4f0e-9c55-0a7f7a3b2c11";
let key: ClusterKey;
let other: ClusterKey;

async function aKey(): Promise<ClusterKey> {
  const ageIdentity = await generateX25519Identity();
  return { ageIdentity, ageRecipient: await identityToRecipient(ageIdentity), clusterId };
}

beforeAll(async () => {
  [key, other] = await Promise.all([aKey(), aKey()]);
});

const sealedFor = (name: string, more: Partial<SealedPlaintext> = {}) =>
  seal(key.ageRecipient, aPlaintext(clusterId, name, more));

/** A cache with the tenant's namespace, and the workloads that read `used`. */
function aReader(used: readonly string[] = []): Reader {
  const namespace = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "sp-acme", labels: { "paas.skypanel.io/tenant": "acme" } },
  };
  return {
    get: <T extends Live>() => namespace as Live as T, // the only object it holds
    list: () => [],
    byIndex: <T extends Live>(_: unknown, __: string, value: string) =>
      (used.includes(value) ? [namespace] : []) as readonly Live[] as readonly T[], // whose shape nobody asks for
    ownedBy: () => [],
    isForeign: () => false,
    isServed: () => true,
    fetch: () => Promise.resolve(undefined),
  };
}

describe("a value", () => {
  it("opens with the cluster's key", async () => {
    expect(await open(key, await sealedFor("TOKEN"))).toEqual({ plaintext: aPlaintext(clusterId, "TOKEN") });
  });

  it("does not open with another key", async () => {
    expect(await open(other, await sealedFor("TOKEN"))).toEqual({ why: "it is damaged, or sealed to another key" });
  });

  it("does not open once a byte is changed", async () => {
    const ciphertext = await sealedFor("TOKEN");
    const damaged = ciphertext.replace(/.{8}(?=\n-----END)/, "AAAAAAAA");
    expect(await open(key, damaged)).toHaveProperty("why");
    expect(await open(key, "no armour at all")).toHaveProperty("why");
  });

  it.each(["no JSON", "{}"])("is refused if it holds %s", async (text) => {
    const { Encrypter, armor } = await import("age-encryption");
    const encrypter = new Encrypter();
    encrypter.addRecipient(key.ageRecipient);
    const ciphertext = armor.encode(await encrypter.encrypt(text));
    expect(await open(key, ciphertext)).toEqual({ why: "what it holds is not a sealed value" });
  });
});

describe("the keyed hash", () => {
  it("is of the values, whatever their order", () => {
    expect(keyedHash(key, { A: "1", B: "2" })).toBe(keyedHash(key, { B: "2", A: "1" }));
    expect(keyedHash(key, { A: "1" })).not.toBe(keyedHash(key, { A: "2" }));
  });

  it("tells nothing to who has no key", () => {
    expect(keyedHash(key, { A: "1" })).not.toBe(keyedHash(other, { A: "1" }));
  });
});

describe("a Sealed", () => {
  const gathered = async (values: Record<string, string>, recipient = key.ageRecipient) =>
    gather(key, aSealed(recipient, values), aReader());

  it("opens to all of its values", async () => {
    const { opened } = await gathered({ A: await sealedFor("A"), B: await sealedFor("B", { value: "" }) });
    expect(opened).toEqual({
      values: { A: "value of A", B: "" },
      hash: keyedHash(key, { A: "value of A", B: "" }),
    });
  });

  it.each([
    ["cluster", { cluster: "00000000-0000-4000-8000-000000000000" }],
    ["tenant", { tenant: "other" }],
    ["namespace", { namespace: "sp-other" }],
    ["object", { name: "others" }],
    ["name", { key: "OTHER" }],
  ])("T-A13 is refused when it was sealed for another %s", async (what, more) => {
    const world = await gathered({ TOKEN: await sealedFor("TOKEN", more) });
    expect(world.opened).toEqual({ why: `TOKEN: it was sealed for another ${what}` });
    expect(desired(world)).toMatchObject({ k: "stop", reason: { name: "SecretUnreadable" } });
  });

  it("names the key it was sealed to", async () => {
    const { opened } = await gathered({ TOKEN: await sealedFor("TOKEN") }, other.ageRecipient);
    expect(opened).toEqual({ why: `it is sealed to the key ${other.ageRecipient}, not to this cluster's` });
  });

  it("names the value that cannot be opened, never a part of it", async () => {
    const { opened } = await gathered({ TOKEN: await seal(other.ageRecipient, aPlaintext(clusterId, "TOKEN")) });
    expect(opened).toEqual({ why: `TOKEN: it is damaged, or sealed to another key (${key.ageRecipient})` });
  });

  it("keeps the earlier Secrets that pods still read", async () => {
    const inventory = ["vars-1", "vars-2"].map((name) => ({ kind: "Secret", name }));
    const world = await gather(key, aSealed(key.ageRecipient, {}, { inventory }), aReader(["sp-acme/vars-1"]));
    expect(world.inUse).toEqual(["vars-1"]);
  });
});

describe("the Secrets a workload reads", () => {
  const workload = (kind: string, replicas: number) => ({
    apiVersion: "apps/v1",
    kind,
    metadata: { name: "shop-web", namespace: "sp-acme" },
    spec: { replicas, template: { spec: { containers: [{ envFrom: [{ secretRef: { name: "vars-1" } }, {}] }] } } },
  });

  it("are those of its pods", () => {
    expect(secretsRead(workload("ReplicaSet", 1))).toEqual(["sp-acme/vars-1"]);
    expect(secretsRead(workload("Deployment", 0))).toEqual(["sp-acme/vars-1"]);
  });

  it("are none for a version without pods", () => {
    expect(secretsRead(workload("ReplicaSet", 0))).toEqual([]);
    expect(secretsRead({ apiVersion: "v1", kind: "Deployment", metadata: { name: "empty" } })).toEqual([]);
  });
});
