import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import type { Duplex } from "node:stream";
import { expect, test, vi } from "vitest";
import { loopback } from "./loopback.ts";

test("passes an upgraded connection raw, both ways, and ends with it", async () => {
  const heads: string[] = [];
  let far: Duplex | undefined;
  const way = await loopback(() => {});
  way.server.on("upgrade", ({ method, url, headers }: IncomingMessage, socket: Duplex) => {
    heads.push(`${method} ${url} ${headers.upgrade} ${headers.authorization}`);
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
    socket.on("error", () => {}).pipe(socket);
    far = socket;
  });
  const path = "/api/v1/namespaces/shop/pods/web-1/exec?command=ls";
  const headers = { connection: "Upgrade", upgrade: "echo", authorization: "Bearer t0ken" };
  const asking = request(`${way.proxy.url}${path}`, { ca: way.proxy.ca, headers, agent: false });
  asking.end();
  const [response, socket] = (await once(asking, "upgrade")) as [IncomingMessage, Duplex]; // the event's types
  let got = "";
  socket.on("data", (chunk) => {
    got += chunk;
  });
  socket.write("through \0 and back");
  await vi.waitFor(() => expect(got).toBe("through \0 and back"));
  expect([response.statusCode, heads]).toEqual([101, [`GET ${path} echo Bearer t0ken`]]);
  expect(way.proxy.calls()).toMatchObject([
    { n: 1, verb: "get", resource: "pods", subresource: "exec", name: "web-1" },
  ]);
  socket.destroy();
  await vi.waitFor(() => expect(far?.destroyed).toBe(true));
  await way.close();
});
