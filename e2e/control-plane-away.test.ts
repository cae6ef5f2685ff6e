import { expect, test } from "vitest";
import { appOf, createLive, remove } from "./harness/apps.ts";
import { steadyRequests } from "./harness/requests.ts";
import { freshName, theWorld } from "./harness/world.ts";

test("with the control plane stopped apps serve, drift is healed and reports catch up", async () => {
  const world = await theWorld();
  const name = freshName("away");
  const inNamespace = (...args: string[]) => world.run(["-n", world.namespace, ...args]);
  const two = {
    processes: [{ name: "web", type: "Web" as const, port: 8080, replicas: 2, health: { path: "/ready" } }],
  };
  const { status, instances } = await createLive(world, name, two);
  const victim = instances[0]?.name ?? "";
  const traffic = steadyRequests(`${status.url}/ready`);

  await world.fault("control-plane/stop");
  try {
    await inNamespace("scale", "deployment", `${name}-web`, "--replicas=3");
    const replicas = () => inNamespace("get", "deployment", `${name}-web`, "-o", "jsonpath={.spec.replicas}");
    await expect.poll(replicas, { timeout: 60_000, interval: 100 }).toBe("2");
    // a change that only reports can tell the control plane of
    await inNamespace("delete", "pod", victim, "--wait=true");
    const ready = () => inNamespace("get", "deployment", `${name}-web`, "-o", "jsonpath={.status.readyReplicas}");
    await expect.poll(ready, { timeout: 60_000, interval: 250 }).toBe("2");
  } finally {
    await world.fault("control-plane/start");
  }
  const names = await inNamespace(
    "get",
    "pods",
    "-l",
    `paas.skypanel.io/app=${name}`,
    "-o",
    "jsonpath={.items[*].metadata.name}",
  );
  expect(names).not.toContain(victim);
  await expect
    .poll(async () => (await appOf(world, name)).instances.map((instance) => instance.name).sort(), { timeout: 60_000 })
    .toEqual(names.split(" ").sort());
  await expect.poll(async () => (await appOf(world, name)).status.phase, { timeout: 60_000 }).toBe("Live");
  expect((await traffic.stop()).failures).toEqual([]);
  await remove(world, name);
});
