import { once } from "node:events";
import { createServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { listeners, listens } from "./listens.ts";

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:094B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1`;

it("finds a port somebody listens on", () => {
  expect(listeners(table, 2379)).toEqual(["socket:[4711]"]);
});

it("does not take a connection for a listener", () => {
  expect(listeners(table, 8080)).toEqual([]);
});

it("tells a process's own port from one of others", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  expect(listens(process.pid, port)).toBe(true);
  expect(listens(process.ppid, port)).toBe(false);
});
