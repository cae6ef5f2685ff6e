import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

let echo: Server;
let proxy: TcpProxy;
const clients: Socket[] = [];

beforeEach(async () => {
  echo = createServer((socket) => socket.on("error", () => {}).pipe(socket));
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  const address = echo.address();
  const port = address === null || typeof address === "string" ? 0 : address.port;
  proxy = await startTcpProxy({ host: "127.0.0.1", port });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await proxy.close();
  echo.close();
});

/** A connection through the proxy: what it says, what comes back, and how it ended. */
function client() {
  const socket = connect(proxy.port, "127.0.0.1");
  clients.push(socket);
  const told = { got: "", end: "" };
  socket.on("data", (chunk) => {
    told.got += chunk;
  });
  socket.on("error", (error: NodeJS.ErrnoException) => {
    told.end = String(error.code);
  });
  socket.on("close", () => {
    told.end ||= "closed";
  });
  return { told, say: (text: string) => socket.write(text) };
}
const until = (told: { got: string; end: string }, got: string, end = "") =>
  vi.waitFor(() => expect(told).toEqual({ got, end }));

test("passes bytes both ways as they come", async () => {
  const { told, say } = client();
  say("ping");
  await until(told, "ping");
  say(" pong");
  await until(told, "ping pong");
});

test("cut: ends what is open, lets the next in", async () => {
  const { told, say } = client();
  say("ping");
  await until(told, "ping");
  proxy.arm({ type: "cut" });
  await until(told, "ping", "closed");
  const next = client();
  next.say("again");
  await until(next.told, "again");
  expect(proxy.connections()).toEqual({ accepted: 2, open: 1 });
});

test("freeze: open without bytes until healed", async () => {
  const { told, say } = client();
  say("a");
  await until(told, "a");
  proxy.arm({ type: "freeze" });
  say("b");
  const other = client();
  other.say("c");
  await vi.waitFor(() => expect(proxy.connections().accepted).toBe(2));
  expect([told, other.told]).toEqual([
    { got: "a", end: "" },
    { got: "", end: "" },
  ]);
  proxy.heal();
  await until(told, "ab");
  await until(other.told, "c");
});

test("refuse: a TCP reset for the open and the new", async () => {
  const { told, say } = client();
  say("a");
  await until(told, "a");
  proxy.arm({ type: "refuse" });
  await until(told, "a", "ECONNRESET");
  await until(client().told, "", "ECONNRESET");
});

test.each([
  ["delay", { type: "delay", ms: 100 }],
  ["throttle", { type: "throttle", bytesPerSecond: 100 }],
] as const)("%s: bytes come whole, and later than others'", async (_, fault) => {
  const { told, say } = client();
  say("a");
  await until(told, "a");
  proxy.arm(fault);
  const from = performance.now();
  say("0123456789");
  await until(told, "a0123456789");
  expect(performance.now() - from).toBeGreaterThan(90);
});
