import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import type { FaultProxy } from "./fault-proxy.ts";
import type { Rule } from "./rule.ts";

/** A port of loopback where another process arms and heals a proxy. */
export interface Control {
  readonly url: string;
  close(): void;
}

/**
 * Serves `POST /rules` (a rule as JSON, answers `{ id }`), `DELETE /rules/<id>`, `DELETE /rules` (heals) and
 * `GET /calls`. A rule that cannot be is answered 400 with the reason.
 */
export async function serveControl(proxy: FaultProxy): Promise<Control> {
  const armed = new Map<string, () => void>();
  const routes: Readonly<Record<string, (request: IncomingMessage, id: string) => Promise<unknown>>> = {
    "POST rules": async (request) => {
      const id = String(armed.size + 1);
      armed.set(id, proxy.arm((await json(request)) as Rule)); // written by our own tests
      return { id };
    },
    "DELETE rules": async (_request, id) => (id === "" ? proxy.heal() : armed.get(id)?.()),
    "GET calls": async () => proxy.calls(),
  };
  const server = createServer((request, response) => {
    const [, noun = "", id = ""] = (request.url ?? "").split("/");
    const route = routes[`${request.method} ${noun}`];
    if (route === undefined) {
      response.writeHead(404).end();
      return;
    }
    route(request, id).then(
      (body) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body ?? {})),
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return { url: `http://127.0.0.1:${address.port}`, close: () => server.close() };
}
