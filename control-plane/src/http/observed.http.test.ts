import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createLog } from "@skypanel/runtime/log.ts";
import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import express from "express";
import { Registry } from "prom-client";
import { expect, it, vi } from "vitest";
import { observed } from "./observed.ts";

it("counts by endpoint, never by a path that was made up", async () => {
  const registry = new Registry();
  const log = createLog({ name: "test", level: "silent" });
  const app = express();
  app.use(observed({ registry, clock: manualClock(), log, newId: () => "id" }));
  app.get("/known", (_request, response) => {
    response.locals.endpoint = "GET /known";
    response.end();
  });
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // listening on TCP
  for (const path of ["/known", "/guess-1", "/guess-2", "/agent/v1/x"]) await fetch(`http://127.0.0.1:${port}${path}`);
  const routes = async () =>
    (await registry.metrics()).split("\n").filter((line) => line.startsWith("http_requests_total{"));
  await vi.waitFor(async () =>
    expect(await routes()).toEqual([
      'http_requests_total{route="GET /known",status="200"} 1',
      'http_requests_total{route="other",status="404"} 2',
      'http_requests_total{route="agent",status="404"} 1',
    ]),
  );
  server.close();
  server.closeAllConnections();
});
