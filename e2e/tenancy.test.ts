import { randomUUID } from "node:crypto";
import { type ApiName, endpoints } from "@skypanel/control-plane/contract/api.ts";
import { expect, test } from "vitest";
import { signedIn } from "./harness/api.ts";
import { createLive, remove } from "./harness/apps.ts";
import { freshName, theWorld } from "./harness/world.ts";

const underOrganisation = (Object.keys(endpoints) as ApiName[]).filter((name) => name.includes("{org}"));

test("T-A01 a user of another organisation gets the 404 of what does not exist, on every route", async () => {
  const world = await theWorld();
  const [app, slug] = [freshName("mine"), freshName("rival")];
  const { revision } = await createLive(world, app);
  const rival = { email: `${slug}@example.test`, password: randomUUID() };
  const body = { ...rival, name: "Rival", organisation: { slug, name: "Rival" } };
  await world.api.call("POST /admin/users", { body });
  const foreign = await signedIn(world.url, rival.email, rival.password);

  const ask = (name: ApiName, org: string) =>
    foreign.ask(name, {
      params: { org, app, id: randomUUID() },
      revision,
      query: { confirm: app },
      ...("body" in endpoints[name] ? { body: {} } : {}),
    });
  const shape = ({ status, text }: { status: number; text: string }) =>
    `${status} ${text.replace(/"requestId":"[^"]*"/, "")}`;
  expect(underOrganisation.length).toBeGreaterThan(12);
  for (const name of underOrganisation) {
    const [theirs, nobodys] = [await ask(name, world.organisation), await ask(name, freshName("nobody"))];
    expect(theirs.status, name).toBe(404);
    expect(shape(theirs), name).toBe(shape(nobodys));
  }
  expect((await foreign.ask("GET /admin/clusters")).status).toBe(403);
  await remove(world, app);
});
