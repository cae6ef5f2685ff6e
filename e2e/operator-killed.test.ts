import { expect, test } from "vitest";
import { appOf, helloApp, remove, untilPhase } from "./harness/apps.ts";
import { operatorPods } from "./harness/operator.ts";
import { freshName, theWorld } from "./harness/world.ts";

const kinds = "deployments,services,ingresses,serviceaccounts,networkpolicies,poddisruptionbudgets";

test("an operator killed in the middle of a deploy ends as an undisturbed one", async () => {
  const world = await theWorld();
  const [calm, killed] = [freshName("calm"), freshName("kill")];
  const params = { org: world.organisation };
  await world.api.call("POST /orgs/{org}/apps", { params, body: helloApp(world, calm) });
  await untilPhase(world, calm, "Live");

  await world.api.call("POST /orgs/{org}/apps", { params, body: helloApp(world, killed) });
  const custom = () =>
    world.run(["-n", world.namespace, "get", "apps.paas.skypanel.io", killed, "--ignore-not-found", "-o", "name"]);
  await expect.poll(custom, { timeout: 60_000, interval: 50 }).toContain(killed);
  await world.run(["delete", "pod", ...operatorPods, "--grace-period=0", "--force"]);
  await untilPhase(world, killed, "Live");

  const children = async (name: string) => {
    const label = `paas.skypanel.io/app=${name}`;
    const format = "jsonpath={range .items[*]}{.kind}/{.metadata.name} {.spec.replicas}{'\\n'}{end}";
    const text = await world.run(["-n", world.namespace, "get", kinds, "-l", label, "-o", format]);
    return text.replaceAll(name, "app").split("\n").sort();
  };
  expect(await children(killed)).toEqual(await children(calm));
  const restarts = (await appOf(world, killed)).instances.map((instance) => instance.restarts);
  expect(restarts).toEqual([0]);
  await remove(world, calm);
  await remove(world, killed);
});
