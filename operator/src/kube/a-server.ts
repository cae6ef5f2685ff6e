import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { Registry } from "prom-client";
import { afterEach } from "vitest";
import { silent } from "./a-world.ts";
import { kubeMetrics } from "./metrics.ts";
import { configMaps } from "./resources.ts";
import { restKube } from "./rest-kube.ts";
import { openTransport, type TransportOptions } from "./transport.ts";

/** What a server on the loopback does with a request. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** The object every test of the transport asks for, and its place. */
export const ref = { resource: configMaps, namespace: "n", name: "a" };
export const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", uid: "1", resourceVersion: "5" } };

/** An answer in JSON. */
export const json =
  (code: number, body: object, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(code, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

/** The API's refusal with `code`. */
export const status = (code: number, headers: Record<string, string> = {}): Answer =>
  json(code, { kind: "Status", code, message: "no" }, headers);

/** The connection ends without an answer. */
export const reset: Answer = (request) => request.socket.destroy();

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A server that gives these answers one after the other, the last one for ever, and a transport to it. */
export async function aServer(answers: readonly Answer[], options: Partial<TransportOptions> = {}) {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const answer = answers[Math.min(seen.length, answers.length - 1)];
    seen.push(request);
    request.on("end", () => answer?.(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // listens on TCP
  ends.push(() => new Promise((resolve) => server.close(resolve)));
  return { ...(await aTransport(`http://127.0.0.1:${port}`, options)), seen };
}

/** A transport to `server` whose waits between tries are noted and not waited for. */
export async function aTransport(server: string, options: Partial<TransportOptions> = {}) {
  const slept: number[] = [];
  const tokens = ["old", "new", "newer"];
  const registry = new Registry();
  const clock = options.clock ?? systemClock;
  const transport = await openTransport({
    source: { name: "test", read: async () => ({ server, token: tokens.shift() ?? "last", insecure: false }) },
    random: () => 0.5,
    ...{ log: silent, metrics: kubeMetrics(registry), pool: "requests", connections: 8, ...options },
    clock: { ...clock, sleep: async (ms) => void slept.push(ms) },
  });
  ends.unshift(() => transport.destroy());
  const opened = async () =>
    (await registry.getSingleMetric("skypanel_connections_opened_total")?.get())?.values[0]?.value ?? 0;
  return { kube: restKube(transport), transport, slept, registry, opened };
}

/** Applies the object. */
export function apply(kube: ReturnType<typeof restKube>, signal?: AbortSignal) {
  const how = { manager: "skypanel-operator", force: true } as const;
  return kube.apply(ref, { metadata: { name: "a" } }, signal === undefined ? how : { ...how, signal });
}
