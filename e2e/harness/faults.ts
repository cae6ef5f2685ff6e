import { once } from "node:events";
import { createServer } from "node:http";

/** A port on loopback where tests, which run in other processes, ask for faults by name. */
export interface Faults {
  readonly url: string;
  close(): void;
}

/** Serves `POST /<name>`: 204 when the fault is in place, 404 for an unknown name, 500 with the reason when it failed. */
export async function serveFaults(faults: Readonly<Record<string, () => Promise<void>>>): Promise<Faults> {
  const server = createServer((request, response) => {
    const fault = faults[(request.url ?? "").slice(1)];
    if (request.method !== "POST" || fault === undefined) {
      response.writeHead(404).end();
      return;
    }
    fault().then(
      () => response.writeHead(204).end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return { url: `http://127.0.0.1:${address.port}`, close: () => server.close() };
}
