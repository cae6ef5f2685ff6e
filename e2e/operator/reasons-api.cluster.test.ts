import { sealed } from "@skypanel/crds/kinds/sealed.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Server } from "../../operator/src/installation-at-work.ts";
import { resourceOf } from "../../operator/src/kube/resources.ts";
import type { ClusterKey } from "../../operator/src/sealed/unseal.ts";
import { type FaultProxy, startFaultProxy } from "../fault-proxy/fault-proxy.ts";
import type { Rule } from "../fault-proxy/rule.ts";
import { type TenantAtWork, tenantAtWork } from "./tenant-at-work.ts";

let at: TenantAtWork;
let proxy: FaultProxy;
let key: () => ClusterKey = () => {
  throw new Error("the password hunter2 opens nothing");
};
const ciphertext =
  "-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24ub3JnL3Yx\n-----END AGE ENCRYPTED FILE-----\n";

async function through({ url, ca }: Server): Promise<Server> {
  proxy = await startFaultProxy({ arrow: "kube", target: url, ca });
  return { url: proxy.url, ca: proxy.ca };
}

/** Answers every apply of `resource` of the app in place of the API server; the returned function ends that. */
function answer(app: string, resource: string, status: number, body: object): () => void {
  const match = { verb: "apply", resource, namespace: at.namespace, name: `/^${app}(-web)?$/` };
  const headers = { "content-type": "application/json" };
  const rule: Rule = { match, action: { type: "answer", status, headers, body: JSON.stringify(body) } };
  return proxy.arm(rule);
}

const refusal = (code: number, reason: string, message: string) => ({
  ...{ kind: "Status", apiVersion: "v1", status: "Failure" },
  ...{ code, reason, message },
});

beforeAll(async () => {
  at = await tenantAtWork({ through, key: () => key() });
});

afterAll(async () => {
  await at.stop();
  await proxy.close();
});

describe("an object whose operator is hindered says by what, and goes on when it is not", () => {
  let isHealed: () => void;

  beforeAll(async () => {
    // Said after a minute, so it begins before the rest.
    isHealed = answer("away", "services", 503, refusal(503, "ServiceUnavailable", "etcd is away"));
    await at.deploy("away");
  });

  it("PermissionMissing: what the role lacks is named", async () => {
    const message = `deployments.apps "barred-web" is forbidden: User "x" cannot patch resource "deployments" in API group "apps"`;
    const heal = answer("barred", "deployments", 403, refusal(403, "Forbidden", message));
    await at.deploy("barred");
    expect(await at.shows("barred", "PermissionMissing", "Reconciling")).toContain("May not patch deployments.");
    heal();
    await at.becomes("barred", "Live");
  });

  it("InternalError: what we did not think of has an id, and none of its words are shown", async () => {
    const ref = { resource: resourceOf(sealed), namespace: at.namespace, name: "strange" };
    await at.operator.apply(sealed, "strange", { recipient: "key", values: { A: ciphertext } }, at.namespace);
    const shown = await at.shows(ref, "InternalError", "Reconciling");
    expect(shown).toMatch(/A fault of ours, [0-9a-f-]{8,}\./);
    expect(shown).not.toContain("hunter2");
    key = () => ({ ageIdentity: "none", ageRecipient: "other", clusterId: undefined });
    await at.says(ref, "SecretUnreadable", "Stalled");
  });

  it("ApiUnavailable: no answer for a minute, while apps beside it go on", { timeout: 240_000 }, async () => {
    await at.deploy("beside");
    await at.becomes("beside", "Live");
    expect(await at.shows("away", "ApiUnavailable", "Reconciling")).toContain("The cluster's API does not answer.");
    isHealed();
    await at.becomes("away", "Live");
  });
});
