import { expect, test } from "vitest";
import { createLive, remove, untilPhase } from "./harness/apps.ts";
import { operatorNamespace } from "./harness/operator.ts";
import { visit } from "./harness/visit.ts";
import { freshName, theWorld } from "./harness/world.ts";

const operator = ["-n", operatorNamespace, "deployment", "skypanel-operator"];

test("T-F19 with control plane and operator stopped an app serves, and its pods come back", async () => {
  const world = await theWorld();
  const name = freshName("alone");
  const inNamespace = (...args: string[]) => world.run(["-n", world.namespace, ...args]);
  const { status } = await createLive(world, name);
  const answers = async () => (await visit(`${status.url}/ready`)).status;
  const podsAs = (format: string) => inNamespace("get", "pods", "-l", `paas.skypanel.io/app=${name}`, "-o", format);
  const replicas = (await world.run(["get", ...operator, "-o", "jsonpath={.spec.replicas}"])).trim();

  await world.fault("control-plane/stop");
  await world.run(["scale", ...operator, "--replicas=0"]);
  try {
    await world.run(["-n", operatorNamespace, "wait", "--for=delete", "pods", "--all", "--timeout=60s"]);
    const victim = await podsAs("jsonpath={.items[0].metadata.name}");
    await inNamespace("delete", "pod", victim, "--wait=true");
    const ready = () => inNamespace("get", "deployment", `${name}-web`, "-o", "jsonpath={.status.readyReplicas}");
    await expect.poll(ready, { timeout: 60_000, interval: 250 }).toBe("1");
    await expect.poll(answers, { timeout: 30_000, interval: 250 }).toBe(200);

    // Why it would hold for a day as it does for a minute: nothing the pods need belongs to us.
    const pods = await podsAs("json");
    expect(pods).not.toContain(victim);
    expect(pods).not.toContain(operatorNamespace);
    expect(pods).not.toContain(new URL(world.url).host);
    expect(pods).not.toContain("serviceAccountToken");
    const hooks = "mutatingwebhookconfigurations,validatingwebhookconfigurations";
    expect(await world.run(["get", hooks, "-o", "name"])).toBe("");
  } finally {
    await world.run(["scale", ...operator, `--replicas=${replicas}`]);
    await world.fault("control-plane/start");
  }
  await world.run(["rollout", "status", ...operator.slice(0, 2), "deployment/skypanel-operator", "--timeout=120s"]);
  await untilPhase(world, name, "Live");
  await remove(world, name);
});
