import { randomUUID } from "node:crypto";
import { type App, app } from "@skypanel/crds/kinds/app.ts";
import { type Sealed, sealed } from "@skypanel/crds/kinds/sealed.ts";
import { tenant } from "@skypanel/crds/kinds/tenant.ts";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { seal } from "../../../control-plane/src/desired/seal.ts";
import type { Live, Ref } from "../kube/kube.ts";
import { deployments, pods, resourceOf, secrets, serviceAccounts } from "../kube/resources.ts";
import { type OperatorAtWork, operatorAtWork } from "../operator-at-work.ts";
import type { ClusterKey } from "./unseal.ts";

const name = `s${randomUUID().slice(0, 8)}`;
const namespace = `sp-${name}`;
const within = { timeout: 90_000, interval: 200 };
const secretValue = `value-${randomUUID()}`;
let operator: OperatorAtWork;
let key: ClusterKey;

const sealedRef: Ref = { resource: resourceOf(sealed), namespace, name: "vars" };
const find = () => operator.find<Live & Sealed>(sealedRef);
const secretOf = (of: string | undefined) => operator.find({ resource: secrets, namespace, name: of ?? "" });

async function put(value: string, scope: object = {}): Promise<void> {
  const plaintext = {
    cluster: key.clusterId ?? "",
    tenant: name,
    namespace,
    name: "vars",
    key: "TEST_TOKEN",
    version: 1,
  };
  const ciphertext = await seal(key.ageRecipient, { ...plaintext, value, ...scope });
  await operator.apply(sealed, "vars", { recipient: key.ageRecipient, values: { TEST_TOKEN: ciphertext } }, namespace);
}

async function opened(after?: string): Promise<string> {
  await vi.waitFor(async () => {
    const status = (await find())?.status;
    expect(status?.phase).toBe("Open");
    expect(status?.secretName).not.toBe(after);
  }, within);
  return (await find())?.status?.secretName ?? "";
}

async function appIsLive(secret: string): Promise<void> {
  await vi.waitFor(async () => {
    const status = (await operator.find<Live & App>({ resource: resourceOf(app), namespace, name: "reader" }))?.status;
    expect(status?.phase).toBe("Live");
    const deployment = await operator.find({ resource: deployments, namespace, name: "reader-worker" });
    expect(JSON.stringify(deployment)).toContain(secret);
  }, within);
}

beforeAll(async () => {
  const ageIdentity = await generateX25519Identity();
  key = { ageIdentity, ageRecipient: await identityToRecipient(ageIdentity), clusterId: randomUUID() };
  operator = await operatorAtWork(inject("kubeconfig"), () => key);
  await operator.apply(tenant, name, {});
  await vi.waitFor(async () => {
    expect(await operator.find({ resource: serviceAccounts, namespace, name: "default" })).toBeDefined();
  }, within);
});

afterAll(() => operator.stop());

describe("sealed values on a real cluster", () => {
  it("become an immutable Secret, recorded before it was made", async () => {
    await put(secretValue);
    const secretName = await opened();
    expect(await secretOf(secretName)).toMatchObject({
      immutable: true,
      data: { TEST_TOKEN: Buffer.from(secretValue).toString("base64") },
    });
    expect((await find())?.status?.inventory).toMatchObject([{ kind: "Secret", name: secretName }]);
  });

  it("T-A03 are found in no status and in no event", async () => {
    const shown = JSON.stringify(await find());
    for (const form of [secretValue, Buffer.from(secretValue).toString("base64")]) expect(shown).not.toContain(form);
  });

  it("restart the pods that read them, and the Secret before stays until then", async () => {
    const before = await opened();
    const process = {
      name: "worker",
      type: "Worker",
      command: ["node", "server.ts"],
      resources: { cpu: "50m", memory: "64Mi" },
    };
    const source = { image: { reference: "localhost/skypanel/hello:1" } };
    await operator.apply(app, "reader", { source, processes: [process], variablesFrom: [{ name: "vars" }] }, namespace);
    await appIsLive(before);
    await put("another value");
    const after = await opened(before);
    await appIsLive(after);
    await vi.waitFor(async () => expect(await secretOf(before)).toBeUndefined(), within);
    expect(await secretOf(after)).toBeDefined();
  });

  it("T-A13 of another tenant are refused, and the last Secret stays", async () => {
    const before = await opened();
    await put("stolen", { tenant: "other" });
    await vi.waitFor(async () => {
      const status = (await find())?.status;
      expect(status).toMatchObject({ phase: "Failed", secretName: before });
      expect(status?.conditions?.[0]?.message).toContain("TEST_TOKEN: it was sealed for another tenant");
    }, within);
    expect(await secretOf(before)).toBeDefined();
  });

  it("leave no Secret when they are deleted", async () => {
    const before = (await find())?.status?.secretName;
    await operator.remove({ resource: resourceOf(app), namespace, name: "reader" });
    await operator.remove(sealedRef);
    await vi.waitFor(async () => expect(await secretOf(before)).toBeUndefined(), within);
    await vi.waitFor(() => {
      const left = operator.manager.store.table(pods).byIndex("app", `${namespace}/reader`);
      expect(left.filter(({ metadata }) => metadata.deletionTimestamp === undefined)).toEqual([]);
    }, within);
  });
});
