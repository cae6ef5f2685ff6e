import { expect, test } from "vitest";
import { appOf, createLive, remove, untilPhase } from "./harness/apps.ts";
import { steadyRequests } from "./harness/requests.ts";
import { visit } from "./harness/visit.ts";
import { freshName, theWorld } from "./harness/world.ts";

test("a variable and more instances arrive without a failed request", async () => {
  const world = await theWorld();
  const name = freshName("change");
  const secret = `s3cr3t-${freshName("value")}`;
  const params = { org: world.organisation, app: name };
  const { status, revision } = await createLive(world, name);
  const traffic = steadyRequests(`${status.url}/ready`);

  const set = { set: [{ key: "GREETING", value: secret }] };
  await world.api.call("PATCH /orgs/{org}/apps/{app}/variables", { params, body: set, revision });
  const changed = await untilPhase(world, name, "Live");
  const scale = { processes: [{ name: "web", replicas: 3 }] };
  await world.api.call("PUT /orgs/{org}/apps/{app}/scale", { params, body: scale, revision: changed.revision });
  await expect.poll(async () => (await appOf(world, name)).status.processes[0]?.ready, { timeout: 120_000 }).toBe(3);

  const { sent, failures } = await traffic.stop();
  expect(failures).toEqual([]);
  expect(sent).toBeGreaterThan(20);

  // in the pod's environment, and nowhere a person or a program can read it
  await expect
    .poll(async () => (await visit(`${status.url}/env/GREETING`)).text, { timeout: 30_000 })
    .toContain(secret);
  // those of the version before have drained: their logs can no longer be asked for
  const pods = () =>
    world.run(["get", "pods", "-n", world.namespace, "-l", `paas.skypanel.io/app=${name}`, "-o", "name"]);
  await expect.poll(async () => (await pods()).trim().split("\n").length, { timeout: 60_000 }).toBe(3);
  const places = await Promise.all([
    world.run(["get", "apps,sealeds,tenants,statesources,deployments,events,replicasets,pods", "-A", "-o", "yaml"]),
    world.run(["logs", "-n", "skypanel-system", "-l", "app.kubernetes.io/name=skypanel-operator", "--tail=-1"]),
    world.run(["logs", "-n", world.namespace, "-l", `paas.skypanel.io/app=${name}`, "--tail=-1"]),
    world.api.ask("GET /orgs/{org}/apps/{app}", { params }).then(({ text }) => text),
    world.api.ask("GET /orgs/{org}/apps/{app}/variables", { params }).then(({ text }) => text),
    world.api.ask("GET /orgs/{org}/apps/{app}/manifest", { params }).then(({ text }) => text),
    world.api.ask("GET /orgs/{org}/activity", { params: { org: world.organisation } }).then(({ text }) => text),
  ]);
  const spellings = [secret, Buffer.from(secret).toString("base64"), encodeURIComponent(secret)];
  for (const place of places) for (const spelling of spellings) expect(place).not.toContain(spelling);
  await remove(world, name);
});
