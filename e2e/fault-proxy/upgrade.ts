import type { IncomingMessage } from "node:http";
import { connect as connectTcp, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import type { Trust } from "./upstream.ts";

/** Passes an upgraded connection (exec, WebSocket, a tunnel) through raw, both ways, from its first request on. */
export function passRaw(request: IncomingMessage, client: Duplex, first: Buffer, target: URL, trust: Trust): void {
  const port = Number(target.port || (target.protocol === "https:" ? 443 : 80));
  const server: Socket =
    target.protocol === "https:"
      ? connectTls({ host: target.hostname, port, ...trust })
      : connectTcp(port, target.hostname);
  const { method, url, httpVersion, rawHeaders } = request;
  const fields = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : []));
  server.write([`${method} ${url} HTTP/${httpVersion}`, ...fields, "", ""].join("\r\n"));
  server.write(first);
  client.on("error", () => server.destroy());
  server.on("error", () => client.destroy());
  client.on("close", () => server.destroy());
  server.on("close", () => client.destroy());
  server.pipe(client);
  client.pipe(server);
}
