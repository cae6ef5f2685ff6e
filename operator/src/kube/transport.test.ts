import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { Registry } from "prom-client";
import { afterEach, describe, expect, it } from "vitest";
import { silent } from "./a-world.ts";
import { KubeError } from "./kube.ts";
import { kubeMetrics } from "./metrics.ts";
import { configMaps } from "./resources.ts";
import { restKube } from "./rest-kube.ts";
import { openTransport, type TransportOptions } from "./transport.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const ends: (() => Promise<unknown>)[] = [];
const ref = { resource: configMaps, namespace: "n", name: "a" };
const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", uid: "1", resourceVersion: "5" } };

const json =
  (code: number, body: object, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(code, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
const status = (code: number, more: object = {}): Answer =>
  json(code, { kind: "Status", code, message: "no", ...more });
const reset: Answer = (request) => request.socket.destroy();

/** A server that gives these answers one after the other, the last one for ever, and a transport to it. */
async function aServer(answers: readonly Answer[], options: Partial<TransportOptions> = {}) {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const answer = answers[Math.min(seen.length, answers.length - 1)];
    seen.push(request);
    request.on("end", () => answer?.(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // listens on TCP
  const slept: number[] = [];
  const tokens = ["old", "new", "newer"];
  const registry = new Registry();
  const transport = await openTransport({
    source: {
      name: "test",
      read: async () => ({ server: `http://127.0.0.1:${port}`, token: tokens.shift() ?? "last", insecure: false }),
    },
    clock: { ...systemClock, sleep: async (ms) => void slept.push(ms) },
    random: () => 0.5,
    ...{ log: silent, metrics: kubeMetrics(registry), pool: "requests", connections: 8, ...options },
  });
  ends.push(
    () => transport.destroy(),
    () => new Promise((resolve) => server.close(resolve)),
  );
  return { kube: restKube(transport), transport, seen, slept, registry, server };
}
const apply = (kube: ReturnType<typeof restKube>) =>
  kube.apply(ref, { metadata: { name: "a" } }, { manager: "skypanel-operator", force: true });

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

describe("the transport", () => {
  it("sends an apply as what the API calls one", async () => {
    const { kube, seen } = await aServer([json(201, object)]);
    expect(await apply(kube)).toMatchObject({ created: true, object: { metadata: { uid: "1" } } });
    expect(seen[0]).toMatchObject({
      method: "PATCH",
      url: "/api/v1/namespaces/n/configmaps/a?fieldManager=skypanel-operator&force=true",
      headers: { "content-type": "application/apply-patch+yaml", authorization: "Bearer old" },
    });
  });

  it.each([
    ["503", status(503)],
    ["429", status(429)],
    ["a reset", reset],
  ])("reads again after %s, three times at most", async (_, answer) => {
    const { kube, seen, slept } = await aServer([answer]);
    await expect(kube.get(ref)).rejects.toBeInstanceOf(KubeError);
    expect([seen.length, slept]).toEqual([3, [200, 400]]);
  });

  it("obeys Retry-After", async () => {
    const { kube, slept } = await aServer([json(429, {}, { "retry-after": "7" }), json(200, object)]);
    await kube.get(ref);
    expect(slept).toEqual([7_000]);
  });

  it("writes again only when it surely had no effect", async () => {
    const refused = await aServer([status(429), json(200, object)]);
    await apply(refused.kube);
    expect(refused.seen).toHaveLength(2);
    const cut = await aServer([reset]);
    await expect(apply(cut.kube)).rejects.toMatchObject({ kind: "network", outcomeKnown: false });
    expect(cut.seen).toHaveLength(1);
    const failed = await aServer([status(500)]);
    await expect(apply(failed.kube)).rejects.toMatchObject({ kind: "unavailable" });
    expect(failed.seen).toHaveLength(1);
  });

  it("fetches new credentials on 401, once", async () => {
    const { kube, seen } = await aServer([status(401), json(200, object)]);
    await kube.get(ref);
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer old", "Bearer new"]);
    const denied = await aServer([status(401)]);
    await expect(denied.kube.get(ref)).rejects.toMatchObject({ kind: "unauthorized" });
    expect(denied.seen).toHaveLength(2);
  });

  it("takes a page that is not JSON for no answer", async () => {
    const { kube } = await aServer([(_, response) => response.end("<html>")]);
    await expect(apply(kube)).rejects.toMatchObject({ kind: "protocol", outcomeKnown: false });
  });

  it("refuses a body above its limit", async () => {
    const { kube } = await aServer([json(200, { ...object, data: { big: "x".repeat(5 * 1024 * 1024) } })]);
    await expect(kube.get(ref)).rejects.toMatchObject({ kind: "protocol" });
  });

  it("sends no write that it may not, and reads all the same", async () => {
    const mayWrite = () => {
      throw new KubeError("fenced", "the lease is not held");
    };
    const { kube, seen } = await aServer([json(200, object)], { mayWrite });
    await expect(apply(kube)).rejects.toMatchObject({ kind: "fenced" });
    await expect(kube.delete(ref, { uid: "1", resourceVersion: "5" })).rejects.toMatchObject({ kind: "fenced" });
    expect(seen).toHaveLength(0);
    await kube.get(ref);
    expect(seen).toHaveLength(1);
  });

  it("makes 500 calls on at most 8 connections", async () => {
    const { kube, seen, registry } = await aServer([json(200, object)]);
    await Promise.all(Array.from({ length: 500 }, () => kube.get(ref)));
    expect(seen).toHaveLength(500);
    const opened = await registry.getSingleMetric("skypanel_connections_opened_total")?.get();
    expect(opened?.values[0]?.value).toBeLessThanOrEqual(8);
  });

  it("counts requests by method and code, with no name in it", async () => {
    const { kube, registry } = await aServer([json(200, object)]);
    await kube.get(ref);
    expect(await registry.getSingleMetricAsString("rest_client_requests_total")).toContain(
      '{method="GET",code="200"} 1',
    );
  });

  it("ends with the signal's reason while it waits for an answer", async () => {
    const stop = new AbortController();
    const { kube } = await aServer([() => stop.abort(new Error("deadline"))]);
    await expect(kube.get(ref, { signal: stop.signal })).rejects.toThrow("deadline");
  });
});

describe("a watch", () => {
  const told = async (body: string) => {
    const { kube } = await aServer([(_, response) => response.end(body)]);
    const all: string[] = [];
    const signal = new AbortController().signal;
    for await (const event of kube.watch(configMaps, {
      resourceVersion: "1",
      initial: false,
      timeoutSeconds: 1,
      signal,
    })) {
      all.push(event.type === "broken" ? `broken: ${event.why}` : event.type);
    }
    return all;
  };
  const line = (type: string, one: object) => `${JSON.stringify({ type, object: one })}\n`;

  it("reads each kind of line", async () => {
    const mark = { metadata: { resourceVersion: "9" } };
    const end = { metadata: { resourceVersion: "9", annotations: { "k8s.io/initial-events-end": "true" } } };
    const gone = { kind: "Status", code: 410 };
    const body = [
      line("ADDED", object),
      line("BOOKMARK", mark),
      line("BOOKMARK", end),
      line("DELETED", object),
      line("ERROR", gone),
    ];
    expect(await told(body.join(""))).toEqual(["added", "bookmark", "initial-end", "deleted", "error"]);
  });

  it("tells of lines that cannot be read", async () => {
    const nameless = { metadata: { name: "a" } };
    const body = ['{"type":"ADDED","obj\n', line("RENAMED", object), line("ADDED", nameless)];
    expect(await told(body.join(""))).toEqual(["broken: unknown type", "broken: unknown type", "broken: no uid"]);
  });

  it("leaves out a line that was cut", async () => {
    expect(await told(`${line("ADDED", object)}{"type":"MODIF`)).toEqual(["added"]);
  });
});
