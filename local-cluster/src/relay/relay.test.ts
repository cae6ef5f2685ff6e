import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { openRelay, parseRoute } from "./relay.ts";

it("reads a route of names, addresses and IPv6", () => {
  expect(parseRoute("[::1]:80=10.0.0.1:30080")).toEqual({
    listen: { host: "::1", port: 80 },
    target: { host: "10.0.0.1", port: 30080 },
  });
});

it.each(["", "80", "a:b=c:d", "127.0.0.1:80"])("refuses %j", (text) => {
  expect(() => parseRoute(text)).toThrow(/is not/);
});

it("passes on an answer that comes after the question's end", async () => {
  const target = createServer({ allowHalfOpen: true }, async (socket) => {
    const [question] = await once(socket, "data");
    socket.on("end", () => socket.end(`answer to ${question}`));
  });
  target.listen(0, "127.0.0.1");
  await once(target, "listening");
  onTestFinished(() => void target.close());
  const relay = await openRelay({
    listen: { host: "127.0.0.1", port: 0 },
    target: { host: "127.0.0.1", port: portOf(target) },
  });
  onTestFinished(() => void relay.close());
  const client = connect(portOf(relay), "127.0.0.1");
  client.end("question");
  const chunks: Buffer[] = [];
  for await (const chunk of client) chunks.push(chunk);
  expect(String(Buffer.concat(chunks))).toBe("answer to question");
});

function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server does not listen on a port");
  return address.port;
}
