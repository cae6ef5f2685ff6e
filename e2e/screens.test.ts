import { mkdir } from "node:fs/promises";
import type { Browser, Page } from "@playwright/test";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLive, remove } from "./harness/apps.ts";
import { accessibilityProblems, openBrowser, signIn } from "./harness/browser.ts";
import { freshName, theWorld, type World } from "./harness/world.ts";

const looks = [
  { scheme: "light", width: 1280, height: 800 },
  { scheme: "dark", width: 390, height: 844 },
] as const;

const app = freshName("screen");
let world: World;
let browser: Browser;
let clusterId: string;

beforeAll(async () => {
  world = await theWorld();
  await createLive(world, app, { variables: [{ key: "GREETING", value: "hello" }] });
  const { items } = await world.api.call("GET /admin/clusters", {});
  clusterId = items.find(({ slug }) => slug === world.cluster)?.id ?? "";
  browser = await openBrowser();
  await mkdir(".local/screens", { recursive: true });
});

afterAll(async () => {
  await browser.close();
  await remove(world, app);
});

const pages = (): [name: string, path: string, heading: string][] => [
  ["apps", `/orgs/${world.organisation}/apps`, "Apps"],
  ["new-app", `/orgs/${world.organisation}/new-app`, "New app"],
  ["app", `/orgs/${world.organisation}/apps/${app}`, app],
  ["logs", `/orgs/${world.organisation}/apps/${app}/logs`, app],
  ["variables", `/orgs/${world.organisation}/apps/${app}/variables`, app],
  ["scale", `/orgs/${world.organisation}/apps/${app}/scale`, app],
  ["settings", `/orgs/${world.organisation}/apps/${app}/settings`, app],
  ["activity", `/orgs/${world.organisation}/activity`, "Activity"],
  ["clusters", "/admin/clusters", "Clusters"],
  ["cluster", `/admin/clusters/${clusterId}`, "This machine"],
  ["register", "/admin/register-cluster", "Register cluster"],
  ["audit", "/admin/audit", "Audit"],
];

const scrollsSideways = (page: Page): Promise<boolean> =>
  page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");

test.each(looks)(
  "T1 T12 every page is accessible and fits, $scheme at $width px",
  async ({ scheme, width, height }) => {
    const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height } });
    const page = await context.newPage();
    await page.goto(world.url);
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    expect(await accessibilityProblems(page), "sign-in").toEqual([]);
    await page.screenshot({ path: `.local/screens/sign-in-${width}-${scheme}.png`, fullPage: true });
    await signIn(page, world.url, world.email, world.password);
    for (const [name, path, heading] of pages()) {
      await page.goto(`${world.url}${path}`);
      await page.getByRole("heading", { level: 1, name: heading }).waitFor();
      await expect.poll(() => page.locator("[aria-busy=true]").count()).toBe(0);
      expect(await accessibilityProblems(page), name).toEqual([]);
      expect(await scrollsSideways(page), name).toBe(false);
      await page.screenshot({ path: `.local/screens/${name}-${width}-${scheme}.png`, fullPage: true });
    }
    await context.close();
  },
);
