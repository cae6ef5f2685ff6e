import { appEndpoints } from "@skypanel/control-plane/contract/apps/apps.ts";
import { expect, it } from "vitest";
import { settingsOf } from "./settings-body.ts";
import type { App } from "./use-app.ts";

const health = { periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 3, startSeconds: 60 };
const process = { command: [], replicas: 1, cpuMillicores: 250, memoryMiB: 256 };
const app: Pick<App, "title" | "name" | "image" | "processes"> = {
  title: "Shop",
  name: "shop",
  image: "registry.example/shop:1",
  processes: [
    { ...process, name: "web", type: "Web", port: 8080, health },
    { ...process, name: "worker", type: "Worker", port: null, health: null },
  ],
};

it("gives a body the API accepts as it is", () => {
  const body = settingsOf(app);
  expect(appEndpoints["PATCH /orgs/{org}/apps/{app}"].body.safeParse(body)).toMatchObject({ success: true });
  expect(body.processes?.[1]).not.toHaveProperty("port");
});
