import { randomUUID } from "node:crypto";
import { app } from "@skypanel/crds/kinds/app.ts";
import { sealed } from "@skypanel/crds/kinds/sealed.ts";
import { tenant } from "@skypanel/crds/kinds/tenant.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seal } from "../../control-plane/src/desired/seal.ts";
import { identityOf, makeKeys } from "../../operator/src/hub/keys.ts";
import { resourceOf } from "../../operator/src/kube/resources.ts";
import { hello, type TenantAtWork, tenantAtWork, web } from "./tenant-at-work.ts";

const clusterId = randomUUID();
let at: TenantAtWork;
let recipient: string;

/** Puts a sealed value into the tenant, sealed to `to`. */
async function put(to: string): Promise<void> {
  const scope = { cluster: clusterId, tenant: at.name, namespace: at.namespace, name: "vars", key: "TEST_WORD" };
  const ciphertext = await seal(to, { ...scope, version: 1, value: "seen" });
  await at.operator.apply(sealed, "vars", { recipient: to, values: { TEST_WORD: ciphertext } }, at.namespace);
}

beforeAll(async () => {
  const key = await identityOf(await makeKeys(), clusterId);
  recipient = key.ageRecipient;
  at = await tenantAtWork({ key: () => key });
});

afterAll(() => at.stop());

describe("an object that lacks something outside says what", () => {
  it("ReferenceMissing: there are no such secret variables", async () => {
    await at.deploy("reader", { variablesFrom: [{ name: "vars" }] });
    expect(await at.shows("reader", "ReferenceMissing")).toContain("Sealed vars does not exist.");
  });

  it("SecretUnreadable: it was sealed for another cluster; sealed again it cures both", async () => {
    const { ageRecipient: other } = await identityOf(await makeKeys(), undefined);
    await put(other);
    const ref = { resource: resourceOf(sealed), namespace: at.namespace, name: "vars" };
    const shown = await at.shows(ref, "SecretUnreadable", "Stalled");
    expect(shown).toContain(`vars cannot be opened here: it is sealed to the key ${other}, not to this cluster's.`);
    await at.says("reader", "DependencyNotReady");
    await put(recipient);
    await at.becomes("reader", "Live");
  });

  it("NamespaceNotManaged: nobody owns where it is", async () => {
    const stray = { resource: resourceOf(app), namespace: "default", name: `${at.name}-stray` };
    await at.operator.apply(app, stray.name, { source: hello, processes: [web] }, stray.namespace);
    expect(await at.shows(stray, "NamespaceNotManaged", "Stalled")).toContain("No tenant owns this namespace.");
    await at.operator.remove(stray);
  });
});

describe("an object that may not run says whose word that is", () => {
  it("WalletEmpty: its tenant has no money left, and neither hides it", async () => {
    await at.operator.apply(tenant, at.name, { suspended: { reason: "Wallet" } });
    expect(await at.shows("reader", "WalletEmpty", "Stalled")).toContain("The next hour cannot be held.");
    const ref = { resource: resourceOf(tenant), name: at.name };
    expect(await at.shows(ref, "WalletEmpty", "Stalled")).toContain("Top up; it resumes.");
    await at.operator.apply(tenant, at.name, {});
    await at.becomes("reader", "Live");
  });

  it("SuspendedByAdmin: the provider stopped it, with his words", async () => {
    const suspended = { reason: "Abuse", message: "It sends spam" };
    await at.deploy("reader", { variablesFrom: [{ name: "vars" }], suspended });
    const shown = await at.shows("reader", "SuspendedByAdmin", "Stalled");
    expect(shown).toContain("The provider suspended it: It sends spam.");
    await at.deploy("reader", { variablesFrom: [{ name: "vars" }] });
    await at.becomes("reader", "Live");
  });
});
