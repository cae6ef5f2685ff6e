import { expect, test } from "vitest";
import { createLive, remove } from "./harness/apps.ts";
import { operatorMetric } from "./harness/operator.ts";
import { visit } from "./harness/visit.ts";
import { freshName, theWorld } from "./harness/world.ts";

test("a hand-edited Deployment and a deleted Service are healed", async () => {
  const world = await theWorld();
  const name = freshName("drift");
  const { status } = await createLive(world, name);
  const deployment = ["-n", world.namespace, "get", "deployment", `${name}-web`, "-o"];
  const repaired = () => operatorMetric(world, "skypanel_drift_repaired_total");
  const before = await repaired();

  await world.run(["-n", world.namespace, "scale", "deployment", `${name}-web`, "--replicas=3"]);
  await expect
    .poll(() => world.run([...deployment, "jsonpath={.spec.replicas}"]), { timeout: 30_000, interval: 100 })
    .toBe("1");

  const uid = await world.run(["-n", world.namespace, "get", "service", name, "-o", "jsonpath={.metadata.uid}"]);
  await world.run(["-n", world.namespace, "delete", "service", name]);
  await expect
    .poll(
      () =>
        world.run([
          "-n",
          world.namespace,
          "get",
          "service",
          name,
          "--ignore-not-found",
          "-o",
          "jsonpath={.metadata.uid}",
        ]),
      { timeout: 30_000, interval: 100 },
    )
    .toMatch(new RegExp(`^(?!${uid}).+`));
  await expect.poll(async () => (await visit(`${status.url}/ready`)).status, { timeout: 30_000 }).toBe(200);
  expect(await repaired()).toBeGreaterThanOrEqual(before + 2);
  await remove(world, name);
});
