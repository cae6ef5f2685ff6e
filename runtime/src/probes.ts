import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What is wrong, one short sentence each; empty when all is well. */
type Check = () => readonly string[] | Promise<readonly string[]>;

export interface ProbeOptions {
  port: number;
  /** All interfaces if absent. */
  host?: string;
  /** Is the process itself sound? A restart must be able to cure what this names. */
  alive: Check;
  /** May others rely on it now? */
  ready: Check;
  metrics: { contentType: string; metrics(): Promise<string> };
}

export interface Probes {
  port: number;
  close(): Promise<void>;
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body);
}

async function probe(response: ServerResponse, check: Check): Promise<void> {
  const problems = await check();
  const body = problems.length === 0 ? "ok\n" : `${problems.join("\n")}\n`;
  answer(response, problems.length === 0 ? 200 : 503, "text/plain; charset=utf-8", body);
}

/** Serves /healthz, /readyz and /metrics on a port that no customer reaches. Rejects if the port is taken. */
export async function startProbes(options: ProbeOptions): Promise<Probes> {
  const route = async (url: string, response: ServerResponse): Promise<void> => {
    if (url === "/healthz") return probe(response, options.alive);
    if (url === "/readyz") return probe(response, options.ready);
    if (url === "/metrics") {
      return answer(response, 200, options.metrics.contentType, await options.metrics.metrics());
    }
    answer(response, 404, "text/plain; charset=utf-8", "not found\n");
  };
  const server = createServer((request, response) => {
    // A check that throws means not ready, and must not end the process.
    route(request.url ?? "/", response).catch(() => answer(response, 503, "text/plain", "the check itself failed\n"));
  });
  server.listen(options.port, options.host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // listening on TCP, so never a pipe's name
  return {
    port,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
