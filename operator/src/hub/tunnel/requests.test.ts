import { once } from "node:events";
import { type ClientHttp2Session, connect, performServerHandshake } from "node:http2";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { answer, type TunnelHandlers } from "./requests.ts";

const poke = vi.fn();
const logs = vi.fn<TunnelHandlers["logs"]>(async () => false);
let server: Server;
let session: ClientHttp2Session;

beforeAll(async () => {
  server = createServer((socket) => {
    performServerHandshake(socket).on("stream", (stream, headers) => {
      answer(stream, headers, { poke, logs }).catch((error: unknown) => stream.destroy(new Error(String(error))));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // listening on TCP
  session = connect(`http://127.0.0.1:${port}`);
});
afterAll(async () => {
  session.destroy();
  server.close();
  await once(server, "close");
});

async function ask(method: string, path: string, body = ""): Promise<{ status: number; text: string }> {
  const stream = session.request({ ":method": method, ":path": path });
  if (!["GET", "HEAD", "DELETE"].includes(method)) stream.end(body); // those end by themselves
  const [headers] = await once(stream, "response");
  let text = "";
  for await (const chunk of stream) text += chunk;
  return { status: Number(headers[":status"]), text };
}

const query = "tenant=shop&namespace=sp-shop&app=web";
const paths = [
  ..."/ /poke/ /poke?x=1 /Poke /logs /logs? /logs/ /metrics /exec /version /healthz /api /api/v1/pods /apis/apps/v1".split(
    " ",
  ),
  "/api/v1/namespaces/skypanel-system/secrets",
  "/api/v1/namespaces/sp-shop/pods/web-1/portforward",
  "/api/v1/namespaces/sp-shop/pods/web-1/log",
  "/logs/../api/v1/secrets",
  "//logs?tenant=shop",
  "/%6cogs?tenant=shop&namespace=sp-shop&app=web",
  "/logs?tenant=shop",
  "/logs?tenant=shop&namespace=sp-shop",
  `/logs?${query}&tenant=other`,
  `/logs?${query}&container=x`,
  `/logs?${query}&__proto__=x`,
  `/logs?${query}&tail=-1`,
  `/logs?${query}&tail=1001`,
  `/logs?${query}&tail=1e9`,
  `/logs?${query}&since=yesterday`,
  `/logs?${query}&previous=yes`,
  `/logs?${query}&instance=${"x".repeat(254)}`,
  `/logs?${"x".repeat(4_000)}`,
  `/logs?tenant=${"x".repeat(64)}&namespace=n&app=a`,
];
const refusals: [string, string][] = [
  ...paths.map((path): [string, string] => ["GET", path]),
  ...paths.slice(0, 14).map((path): [string, string] => ["POST", path]),
  ...["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "GET"].map((method): [string, string] => [method, "/poke"]),
  ...["PUT", "PATCH", "DELETE", "POST", "OPTIONS"].map((method): [string, string] => [method, `/logs?${query}`]),
];

describe("requests through the tunnel", () => {
  it("T-A16 gives sixty requests off the list one 404", async () => {
    expect(refusals.length).toBeGreaterThanOrEqual(58);
    const answers = await Promise.all(refusals.map(([method, path]) => ask(method, path)));
    const unknown = await ask("GET", `/logs?${query}`); // well formed, but of an app that is not ours
    expect(unknown.status).toBe(404);
    const bodies = answers.filter((_, n) => refusals[n]?.[0] !== "HEAD").map(({ text }) => text);
    expect(answers.map(({ status }) => status)).toEqual(refusals.map(() => 404));
    expect(new Set([...bodies, unknown.text]).size).toBe(1);
    expect(poke).not.toHaveBeenCalled();
    expect(logs).toHaveBeenCalledTimes(1);
  });

  it("pass a poke on, whatever its body", async () => {
    expect(await ask("POST", "/poke", "ignored")).toEqual({ status: 204, text: "" });
    expect(poke).toHaveBeenCalledTimes(1);
  });

  it("hand a log query over with its defaults", async () => {
    logs.mockImplementationOnce(async (_query, sink) => {
      sink.write("one\n");
      return true;
    });
    expect(await ask("GET", `/logs?${query}`)).toEqual({ status: 200, text: "one\n" });
    const asked = { tenant: "shop", namespace: "sp-shop", app: "web", tail: 200, previous: "false" };
    expect(logs).toHaveBeenLastCalledWith(asked, expect.anything(), expect.any(AbortSignal));
  });

  it("end an empty log as a log", async () => {
    logs.mockImplementationOnce(async () => true);
    expect((await ask("GET", `/logs?${query}`)).status).toBe(200);
  });
});
