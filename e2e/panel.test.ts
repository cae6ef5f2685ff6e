import { expect, test } from "vitest";
import { appOf, createLive, untilPhase } from "./harness/apps.ts";
import { openBrowser, signIn, statusOf } from "./harness/browser.ts";
import { freshName, theWorld } from "./harness/world.ts";

test("a person sets a variable, scales, stops, starts, reads the log and deletes in the panel", async () => {
  const world = await theWorld();
  const name = freshName("panel");
  await createLive(world, name);
  const browser = await openBrowser();
  const page = await browser.newPage();
  await signIn(page, world.url, world.email, world.password);
  await page.getByRole("link", { name, exact: true }).click();
  const open = (tab: string) =>
    page
      .getByRole("tab", { name: tab })
      .or(page.getByRole("link", { name: tab }))
      .first()
      .click();
  const phase = (word: string) => statusOf(page).getByText(word, { exact: true }).waitFor({ timeout: 120_000 });

  await open("Variables");
  await page.getByLabel("Variable name").fill("GREETING");
  await page.getByLabel("Value", { exact: true }).fill("hello");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect.poll(async () => (await appOf(world, name)).variableKeys).toEqual(["GREETING"]);

  await open("Scale");
  await page.getByLabel("Instances of web").fill("2");
  await page.getByRole("button", { name: "Scale", exact: true }).click();
  const scaled = await untilPhase(world, name, "Live");
  await expect.poll(async () => (await appOf(world, name)).status.processes[0]?.ready, { timeout: 60_000 }).toBe(2);

  await open("Logs");
  await page
    .getByRole("log", { name: "Log" })
    .getByText(/listens on 8080/)
    .first()
    .waitFor();

  await open("Overview");
  await page.getByRole("button", { name: "Stop" }).click();
  await phase("Stopped");
  expect((await appOf(world, name)).revision).not.toBe(scaled.revision);
  await page.getByRole("button", { name: "Start" }).click();
  await phase("Live");
  expect((await untilPhase(world, name, "Live")).status.processes[0]?.desired).toBe(2);

  await open("Settings");
  await page.getByRole("button", { name: "Delete app" }).click();
  const dialog = page.getByRole("dialog");
  const confirm = dialog.getByRole("button", { name: "Delete app" });
  expect(await confirm.isEnabled()).toBe(false);
  await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
  await confirm.click();
  await page.getByRole("heading", { level: 1, name: "Apps" }).waitFor();
  await expect.poll(async () => await page.getByRole("link", { name, exact: true }).count()).toBe(0);
  await browser.close();
});
