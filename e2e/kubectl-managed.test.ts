import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { appOf, createLive, remove } from "./harness/apps.ts";
import { openBrowser, signIn } from "./harness/browser.ts";
import { visit } from "./harness/visit.ts";
import { freshName, theWorld } from "./harness/world.ts";

test("examples/hello applied by hand runs and is read-only in the panel", async () => {
  const world = await theWorld();
  // the tenant exists once the organisation has placed an app; the example's own tenant is for stand-alone clusters
  const first = freshName("tenant");
  await createLive(world, first);
  const example = await readFile("examples/hello/app.yaml", "utf8");
  await world.run(["apply", "-n", world.namespace, "-f", "-"], example);

  await expect.poll(async () => (await appOf(world, "hello")).status.phase, { timeout: 120_000 }).toBe("Live");
  const app = await appOf(world, "hello");
  expect(app).toMatchObject({ id: null, managedBy: "kubectl" });
  await expect.poll(async () => (await visit(`${app.status.url}`)).status, { timeout: 30_000 }).toBe(200);

  const scale = { processes: [{ name: "web", replicas: 2 }] };
  const params = { org: world.organisation, app: "hello" };
  const refused = await world.api.ask("PUT /orgs/{org}/apps/{app}/scale", {
    params,
    body: scale,
    revision: app.revision,
  });
  expect(refused).toMatchObject({ status: 409, body: { reason: "ManagedWithKubectl" } });

  const browser = await openBrowser();
  const page = await browser.newPage();
  await signIn(page, world.url, world.email, world.password);
  await page.getByRole("link", { name: "hello", exact: true }).click();
  await page
    .getByText(/managed with kubectl/i)
    .first()
    .waitFor();
  expect(await page.getByRole("button", { name: "Restart" }).count()).toBe(0);
  await browser.close();

  await world.run(["delete", "-n", world.namespace, "-f", "-"], example);
  await expect
    .poll(async () => (await world.api.ask("GET /orgs/{org}/apps/{app}", { params })).status, { timeout: 60_000 })
    .toBe(404);
  await remove(world, first);
});
