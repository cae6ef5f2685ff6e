import type { Api } from "@skypanel/control-plane/contract/api.ts";
import type { BodyOf, ReplyOf } from "@skypanel/control-plane/contract/endpoint.ts";
import { expect, vi } from "vitest";
import type { World } from "./world.ts";

export type AppView = ReplyOf<Api["GET /orgs/{org}/apps/{app}"]>;
type NewApp = BodyOf<Api["POST /orgs/{org}/apps"]>;

export const helloImage = "localhost/skypanel/hello:1";

/** The hello app with one web process of one small instance, in words that tests change. */
export const helloApp = (world: World, name: string, change: Partial<NewApp> = {}): NewApp => ({
  name,
  cluster: world.cluster,
  image: { reference: helloImage },
  processes: [
    {
      name: "web",
      type: "Web",
      port: 8080,
      replicas: 1,
      cpuMillicores: 50,
      memoryMiB: 64,
      health: { path: "/ready", periodSeconds: 5 },
    },
  ],
  ...change,
});

/** The app as the API shows it now. */
export const appOf = (world: World, name: string): Promise<AppView> =>
  world.api.call("GET /orgs/{org}/apps/{app}", { params: { org: world.organisation, app: name } });

/** Waits until the app shows a phase for the revision last asked for, and returns it. For tests and their hooks. */
export function untilPhase(world: World, name: string, phase: string, timeout = 120_000): Promise<AppView> {
  const look = async () => {
    const app = await appOf(world, name);
    const isCurrent = app.status.observedRevision === app.revision;
    expect(isCurrent ? app.status.phase : `${app.status.phase} at an older revision`).toBe(phase);
    return app;
  };
  return vi.waitFor(look, { timeout, interval: 250 });
}

/** Creates the hello app through the API and waits until it is Live. */
export async function createLive(world: World, name: string, change: Partial<NewApp> = {}): Promise<AppView> {
  const body = helloApp(world, name, change);
  await world.api.call("POST /orgs/{org}/apps", { params: { org: world.organisation }, body });
  return untilPhase(world, name, "Live");
}

/** Deletes the app and waits until the API no longer knows it. */
export async function remove(world: World, name: string): Promise<void> {
  const params = { org: world.organisation, app: name };
  const { revision } = await appOf(world, name);
  await world.api.call("DELETE /orgs/{org}/apps/{app}", { params, query: { confirm: name }, revision });
}
