import { expect, test } from "vitest";
import { createLive, remove } from "./harness/apps.ts";
import { freshName, theWorld } from "./harness/world.ts";

// every kind the operator may create for an app, and pods, which only Kubernetes creates
const kinds =
  "apps.paas.skypanel.io,sealeds,deployments,replicasets,pods,services,ingresses,serviceaccounts,networkpolicies,poddisruptionbudgets,secrets";

test("nothing with our label remains of a deleted app", async () => {
  const world = await theWorld();
  const name = freshName("delete");
  const params = { org: world.organisation, app: name };
  await createLive(world, name, { variables: [{ key: "TOKEN", value: "kept nowhere" }] });
  const labelled = () =>
    world.run(["-n", world.namespace, "get", kinds, "-l", `paas.skypanel.io/app=${name}`, "-o", "name"]);
  expect(await labelled()).toContain("deployment");

  await remove(world, name);
  expect((await world.api.ask("GET /orgs/{org}/apps/{app}", { params })).status).toBe(404);
  await expect.poll(labelled, { timeout: 120_000, interval: 500 }).toBe("");
  const named = await world.run(["-n", world.namespace, "get", kinds, "-o", "name"]);
  expect(named.split("\n").filter((line) => line.includes(name))).toEqual([]);
});
