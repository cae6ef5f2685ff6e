import { expect, test } from "vitest";
import type { Call } from "./call.ts";
import { serveControl } from "./control.ts";
import { loopback } from "./loopback.ts";

test("another process arms, heals and reads the calls", async () => {
  const way = await loopback((_, response) => void response.end("fine"));
  const control = await serveControl(way.proxy);
  const tell = (method: string, path: string, body?: unknown) =>
    fetch(`${control.url}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const drop = { match: { name: "web" }, action: { type: "answer", status: 418 } };
  const web = async () => (await way.ask("/api/v1/namespaces/web")).status;

  const { id } = Object(await (await tell("POST", "/rules", drop)).json());
  expect(await web()).toBe(418);
  await tell("DELETE", `/rules/${id}`);
  expect(await web()).toBe(200);
  await tell("POST", "/rules", drop);
  await tell("DELETE", "/rules");
  expect(await web()).toBe(200);

  const calls = (await (await tell("GET", "/calls")).json()) as Call[]; // what the proxy logs
  expect(calls.map(({ n, status }) => `${n} ${status}`)).toEqual(["1 418", "2 200", "3 200"]);
  expect((await tell("POST", "/rules", { match: { event: {} }, action: { type: "stale" } })).status).toBe(400);
  expect((await tell("GET", "/nothing")).status).toBe(404);
  control.close();
  await way.close();
});
