import { expect, test } from "vitest";
import { appOf, createLive, remove, untilPhase } from "./harness/apps.ts";
import { openBrowser, signIn, statusOf } from "./harness/browser.ts";
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
  const card = statusOf(page);
  const word = (text: string) => card.getByText(text, { exact: true });
  await word("Live").waitFor();

  await world.fault("link/cut");
  try {
    await card.getByText(/is silent, last heard of/).waitFor({ timeout: 90_000 });
    expect(await appOf(world, name)).toMatchObject({
      cluster: { phase: "Silent" },
      status: { phase: "Live", stale: true },
    });
    await card.getByText(/is offline, last heard of/).waitFor({ timeout: 90_000 });
    await word("Unknown").waitFor();
    expect(await word("Live").count()).toBe(0);
    const cut = { cluster: { phase: "Offline" }, status: { phase: "Unknown", lastPhase: "Live" } };
    expect(await appOf(world, name)).toMatchObject(cut);
    expect((await visit(`${status.url}/ready`)).status).toBe(200);
  } finally {
    await world.fault("link/heal");
  }
  await untilPhase(world, name, "Live");
  await word("Live").waitFor();
  await browser.close();
  await remove(world, name);
});
