import { connect, createServer } from "node:net";
import { Failure } from "./failure.ts";

const TRIES = 200;

/** Returns the first port of loopback, counted from `from`, that nobody uses; throws a Failure when there is none near. */
export async function freePort(from: number): Promise<number> {
  for (let port = from; port < from + TRIES; port++) if (await isFree(port)) return port;
  throw new Failure(`None of the local ports ${from} to ${from + TRIES - 1} is free.`);
}

/** Tells whether a port is free: nobody answers on it, at whatever address he listens, and it can be bound on loopback. */
export async function isFree(port: number): Promise<boolean> {
  const answers = await new Promise<boolean>((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
  if (answers) return false;
  return new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
