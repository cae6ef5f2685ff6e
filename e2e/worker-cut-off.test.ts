import { expect, test } from "vitest";
import { appOf, createLive, remove, untilPhase } from "./harness/apps.ts";
import { openBrowser, signIn } from "./harness/browser.ts";
import { visit } from "./harness/visit.ts";
import { freshName, theWorld } from "./harness/world.ts";

test("T-F15 a worker cut off turns silent, then offline, and returns by itself", async () => {
  const world = await theWorld();
  const name = freshName("cut");
  const { status } = await createLive(world, name);
  const browser = await openBrowser();
  const page = await browser.newPage();
  await signIn(page, world.url, world.email, world.password);
  await page.goto(`${world.url}/orgs/${world.organisation}/apps/${name}`);
  await page.getByText("Live", { exact: true }).first().waitFor();

  const clusterPhase = async () => (await appOf(world, name)).cluster.phase;
  await world.fault("link/cut");
  try {
    await expect.poll(clusterPhase, { timeout: 90_000, interval: 500 }).toBe("Silent");
    expect(await appOf(world, name)).toMatchObject({ status: { phase: "Live", stale: true } });
    await page
      .getByText(/silent/i)
      .first()
      .waitFor();
    await expect.poll(clusterPhase, { timeout: 120_000, interval: 500 }).toBe("Offline");
    expect(await appOf(world, name)).toMatchObject({ status: { phase: "Unknown", lastPhase: "Live" } });
    await page
      .getByText(/unknown/i)
      .first()
      .waitFor();
    expect(await page.getByText("Live", { exact: true }).count()).toBe(0);
    expect((await visit(`${status.url}/ready`)).status).toBe(200);
  } finally {
    await world.fault("link/heal");
  }
  await untilPhase(world, name, "Live");
  await page.getByText("Live", { exact: true }).first().waitFor();
  await browser.close();
  await remove(world, name);
});
