import { expect, test } from "vitest";
import { appOf, helloImage, remove } from "./harness/apps.ts";
import { openBrowser, signIn, statusOf } from "./harness/browser.ts";
import { visit } from "./harness/visit.ts";
import { freshName, theWorld } from "./harness/world.ts";

test("a click in the panel becomes a running container that answers at its URL", async () => {
  const world = await theWorld();
  const name = freshName("click");
  const browser = await openBrowser();
  const page = await browser.newPage();
  await signIn(page, world.url, world.email, world.password);

  await page.getByRole("link", { name: "New app" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Image", { exact: true }).fill(helloImage);
  await page.getByRole("button", { name: /^Create/ }).click();

  await page.getByRole("heading", { level: 1, name }).waitFor();
  await statusOf(page).getByText("Live", { exact: true }).waitFor({ timeout: 120_000 });
  const app = await appOf(world, name);
  await page.goto(`${app.status.url}`);
  expect(await page.textContent("body")).toContain("Hello");
  expect((await visit(`${app.status.url}`)).status).toBe(200);

  // one id ties the click to the container: the page, the API, the custom resource and its child show it
  const child = ["-n", world.namespace, "get", "deployment", `${name}-web`, "-o"];
  const revision = await world.run([...child, "jsonpath={.metadata.annotations.paas\\.skypanel\\.io/revision}"]);
  expect(revision).toBe(app.revision);
  expect(app.status.observedRevision).toBe(app.revision);
  await page.goBack();
  await page.getByTitle(app.revision).waitFor();
  await browser.close();
  await remove(world, name);
});
