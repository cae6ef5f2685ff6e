import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What befalls all bytes of a raw arrow, both ways, until it is healed. `cut` ends what is open; new connections pass. */
export type TcpFault =
  | { readonly type: "cut" }
  | { readonly type: "refuse" }
  | { readonly type: "freeze" }
  | { readonly type: "delay"; readonly ms: number }
  | { readonly type: "throttle"; readonly bytesPerSecond: number };

/** A proxy for what is not HTTP: Postgres, the tunnel. */
export interface TcpProxy {
  readonly port: number;
  /** Puts a fault in place of the one before. */
  arm(fault: TcpFault): void;
  heal(): void;
  /** How many connections came so far, and how many are open. */
  connections(): { readonly accepted: number; readonly open: number };
  close(): Promise<void>;
}

/** Starts a raw proxy on a port of loopback. */
export async function startTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const open = new Set<Socket>();
  let accepted = 0;
  let fault: TcpFault | undefined;
  let healed = Promise.withResolvers<void>();

  const endAll = () => {
    for (const socket of open) socket.destroy();
  };
  const heal = () => {
    fault = undefined;
    healed.resolve();
    healed = Promise.withResolvers();
  };
  const wait = async (bytes: number) => {
    while (fault?.type === "freeze") await healed.promise;
    if (fault?.type === "delay") await sleep(fault.ms);
    if (fault?.type === "throttle") await sleep((bytes * 1000) / fault.bytesPerSecond);
  };
  const server = createServer((client) => {
    accepted += 1;
    if (fault?.type === "refuse") return void client.resetAndDestroy();
    open.add(client);
    const far = connect(target.port, target.host);
    client.once("close", () => {
      open.delete(client);
      far.destroy();
    });
    far.once("close", () => client.destroy());
    for (const socket of [client, far]) socket.on("error", () => socket.destroy());
    void passOn(client, far, wait);
    void passOn(far, client, wait);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return {
    port: address.port,
    arm: (next) => {
      heal();
      fault = next;
      if (next.type === "cut") endAll();
      if (next.type === "refuse") for (const socket of open) socket.resetAndDestroy();
    },
    heal,
    connections: () => ({ accepted, open: open.size }),
    close: async () => {
      server.close();
      endAll();
      heal();
      await once(server, "close");
    },
  };
}

async function passOn(from: Socket, to: Socket, wait: (bytes: number) => Promise<void>): Promise<void> {
  try {
    for await (const chunk of from) {
      await wait(chunk.length);
      if (!to.write(chunk)) await once(to, "drain");
    }
    to.end();
  } catch {
    to.destroy(); // one side broke, so does the other
  }
}
