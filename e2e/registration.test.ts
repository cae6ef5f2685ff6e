import { randomUUID } from "node:crypto";
import { agentPaths } from "@skypanel/control-plane/contract/agent.ts";
import { expect, test } from "vitest";
import { exportJWK, freshKey } from "./harness/keys.ts";
import { freshName, theWorld } from "./harness/world.ts";

test("T-A11 of 100 parallel presenters of a registration token exactly one wins", async () => {
  const world = await theWorld();
  const slug = freshName("race");
  const body = { slug, name: "Race", region: "test", baseDomain: `${slug}.test` };
  const { cluster, registration } = await world.api.call("POST /admin/clusters", { body });
  const present = async () => {
    const response = await fetch(`${world.url}${agentPaths.register}`, {
      method: "POST",
      headers: { authorization: `Bearer ${registration.token}`, "content-type": "application/json" },
      body: JSON.stringify({
        publicKey: exportJWK(freshKey()),
        ageRecipient: `age1${"q".repeat(58)}`,
        kubeSystemUid: randomUUID(),
        versions: { operator: "0.1.0", kubernetes: "v1.35.4" },
      }),
    });
    return response.status;
  };
  const statuses = await Promise.all(Array.from({ length: 100 }, present));
  expect(statuses.filter((status) => status < 300)).toHaveLength(1);
  expect(new Set(statuses.filter((status) => status >= 300))).toEqual(new Set([410]));
  expect(await present()).toBe(410);
  const params = { id: cluster.id };
  expect((await world.api.call("GET /admin/clusters/{id}", { params })).phase).toBe("PendingApproval");
  await world.api.call("DELETE /admin/clusters/{id}", { params });
});
