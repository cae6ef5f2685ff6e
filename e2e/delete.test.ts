import { expect, test } from "vitest";
import { createLive, helloApp, remove, untilPhase } from "./harness/apps.ts";
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

test("many apps deleted at once are not held back for long", async () => {
  const world = await theWorld();
  const prefix = freshName("many");
  const names = Array.from({ length: 12 }, (_, index) => `${prefix}-${index}`);
  const org = { org: world.organisation };
  const idle = [{ name: "idle", type: "Worker" as const, replicas: 0 }];
  for (const name of names) {
    const body = helloApp(world, name, { processes: idle });
    await world.api.call("POST /orgs/{org}/apps", { params: org, body });
  }
  for (const name of names) await untilPhase(world, name, "Stopped");

  // with the link cut the operator meets all removals in one commit, more than its brake lets pass by itself
  await world.fault("link/cut");
  await Promise.all(names.map((name) => remove(world, name))).finally(() => world.fault("link/heal"));
  const left = async () => {
    const all = await world.run(["-n", world.namespace, "get", "apps.paas.skypanel.io", "-o", "name"]);
    return all.split("\n").filter((line) => line.includes(prefix));
  };
  await expect.poll(left, { timeout: 120_000, interval: 500 }).toEqual([]);
});
