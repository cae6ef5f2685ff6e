import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** One address at which the machine listens, and the address every connection is passed on to. */
export type Route = { readonly listen: Address; readonly target: Address };

type Address = { readonly host: string; readonly port: number };

/** Reads "host:port=host:port", where a host of IPv6 stands in brackets; throws when it is not of that form. */
export function parseRoute(text: string): Route {
  const [listen, target] = text.split("=").map(parseAddress);
  if (listen === undefined || target === undefined) throw new Error(`"${text}" is not listen:port=target:port`);
  return { listen, target };
}

/** Listens on a route and passes bytes both ways; resolves once connections are accepted. */
export async function openRelay({ listen, target }: Route): Promise<Server> {
  // Half-open, because one side may have said all while the other still answers.
  const server = createServer({ allowHalfOpen: true }, (client) => join(client, target));
  server.listen({ ...listen });
  await once(server, "listening");
  return server;
}

function join(client: Socket, target: Address): void {
  const upstream = connect({ ...target, allowHalfOpen: true });
  client.pipe(upstream).pipe(client);
  const part = () => {
    client.destroy();
    upstream.destroy();
  };
  client.on("error", part);
  upstream.on("error", part);
}

function parseAddress(text: string): Address {
  const colon = text.lastIndexOf(":");
  const port = Number(text.slice(colon + 1));
  const host = text.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
  if (host === "" || !Number.isInteger(port)) throw new Error(`"${text}" is not host:port`);
  return { host, port };
}
