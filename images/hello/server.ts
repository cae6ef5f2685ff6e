// The example app. Besides its greeting it does on request what apps do to a platform: crash, fill memory, answer late.
import { createServer, type ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

const port = Number(process.env.PORT ?? 8080);
const version = process.env.HELLO_VERSION ?? "1";
/** Only these variables are shown: an app that shows its environment to anyone shows its secrets. */
const SHOWN = /^(GREETING|TEST_[A-Z0-9_]{1,60})$/;
/** After the signal to stop, requests still come for as long as the router has not heard of it. */
const DRAIN_MS = 3_000;
const CHUNK_BYTES = 16 * 1024 ** 2;
const SLOWEST_MS = 60_000;
const filled: Buffer[] = [];
let stopping = false;

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://hello");
  response.on("finish", () => console.log(`${request.method} ${pathname} ${response.statusCode}`));
  if (stopping) response.setHeader("connection", "close");
  void answer(response, pathname, searchParams);
});

async function answer(response: ServerResponse, path: string, query: URLSearchParams): Promise<void> {
  const text = (status: number, body: string) =>
    response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${body}\n`);
  if (path === "/") return void text(200, greeting());
  if (path === "/ready") return void text(200, "ready");
  if (path === "/crash") return crash();
  if (path === "/fill") return fill(() => text(200, `holding ${filled.length * 16} MiB`));
  if (path === "/slow") {
    await pause(Math.min(Number(query.get("ms") ?? 1000) || 0, SLOWEST_MS));
    return void text(200, "slow");
  }
  const [, name = ""] = /^\/env\/([A-Z0-9_]+)$/.exec(path) ?? [];
  if (SHOWN.test(name)) return void text(process.env[name] === undefined ? 404 : 200, process.env[name] ?? "not set");
  text(404, "nothing here");
}

function greeting(): string {
  const revision = process.env.REVISION;
  return `${process.env.GREETING ?? "Hello"} from version ${version}${revision ? `, revision ${revision}` : ""}`;
}

function crash(): never {
  console.error("crash: asked to");
  process.exit(1);
}

function fill(done: () => void): void {
  filled.push(Buffer.alloc(CHUNK_BYTES, 1));
  done();
}

process.once("SIGTERM", async () => {
  stopping = true;
  await pause(DRAIN_MS);
  server.close();
  server.closeIdleConnections();
});

server.listen(port, () => {
  const address = server.address();
  console.log(`hello version ${version} listens on ${typeof address === "object" ? address?.port : address}`);
});
