import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limits } from "@skypanel/crds/limits.ts";
import type { Clock } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { createMetrics } from "@skypanel/runtime/metrics.ts";
import { startProbes } from "@skypanel/runtime/probes.ts";
import type { Stop } from "@skypanel/runtime/stop.ts";
import { createLinks } from "./agent/links.ts";
import { clusterServices } from "./agent/services.ts";
import { tunnelUpgrade } from "./agent/tunnel.ts";
import { createApp } from "./app.ts";
import { background } from "./background.ts";
import type { Config } from "./config.ts";
import { type Database, openDatabase } from "./database.ts";
import { isAnswering, measurePool } from "./db/pool.ts";
import { materialiser } from "./desired/materialise.ts";
import { stateServer } from "./desired/serve.ts";
import { panelPages } from "./http/pages.ts";
import { readPassword, readTokenRing, readWrappingKey } from "./keys.ts";
import { createLive } from "./live/live.ts";
import { resealer } from "./services/apps/reseal.ts";
import { createPasswords, type Passwords } from "./services/identity/passwords.ts";
import { createFirstAdministrator } from "./services/identity/users.ts";

interface StartDeps {
  config: Config;
  clock: Clock;
  log: Log;
  stop: Stop;
}

const serverLimits = {
  maxHeaderSize: limits.api.headerBytes,
  requestTimeout: limits.api.requestMillis,
  headersTimeout: limits.api.headersMillis,
};

/** Composes the control plane and serves; each thing started is a step of `stop`. Rejects with what was half-started there. */
export async function start({ config, clock, log, stop }: StartDeps): Promise<void> {
  const tokenRing = await readTokenRing(config.tokenKeyFile);
  const wrappingKey = await readWrappingKey(config.wrappingKeyFile);
  const onLost = () => void stop.stop("the embedded Postgres ended", 1);
  const database = await openDatabase({ ...config, log, onLost });
  stop.add("database", database.close);
  const { pool, counters } = database;
  const passwords = createPasswords();
  await welcomeAdministrator(config.administrator, database, passwords, log);

  const registry = createMetrics("control-plane");
  measurePool(pool, registry);
  const links = createLinks();
  const live = createLive({ pool, links, clock, log, stopping: stop.signal });
  const scratch = await mkdtemp(join(tmpdir(), "skypanel-repositories-"));
  stop.add("repositories", () => rm(scratch, { recursive: true, force: true }));
  const services = clusterServices({ pool, reseal: resealer(wrappingKey) });
  const state = stateServer(materialiser({ pool, scratch }));
  const pages = config.webDir === undefined ? undefined : await panelPages(config.webDir);
  const checkReplies = process.env.NODE_ENV !== "production";
  const shared = { config, pool, counters, passwords, registry, clock, log, services, state, live, checkReplies };
  const app = createApp({ ...shared, tokenRing, wrappingKey, ...(pages && { pages }) });
  const working = background({ pool, url: database.url, links, live, clock, log, signal: stop.signal });
  stop.add("background", () => working);

  const probes = await startProbes({
    port: config.operationsPort,
    host: config.host,
    alive: () => [],
    ready: () => unreadiness(stop, database),
    metrics: registry,
  });
  stop.add("probes", probes.close);

  const server = createServer(serverLimits, app);
  server.on("upgrade", tunnelUpgrade({ findKey: services.findKey, now: clock.now, links, clock, log }));
  server.listen(config.port, config.host);
  await once(server, "listening");
  stop.add("server", () => closed(server));
  stop.add("tunnels", links.closeAll);
  log.info({ url: config.publicUrl, port: config.port, operationsPort: probes.port }, "control plane started");
}

async function unreadiness(stop: Stop, { pool }: Database): Promise<string[]> {
  if (stop.signal.aborted) return ["stopping"];
  return (await isAnswering(pool)) ? [] : ["the database does not answer"];
}

async function welcomeAdministrator(
  administrator: Config["administrator"],
  { pool }: Database,
  passwords: Passwords,
  log: Log,
): Promise<void> {
  if (!administrator) return;
  const { email, organisation, passwordFile } = administrator;
  const password = await readPassword(passwordFile);
  const isNew = await createFirstAdministrator({ pool, passwords }, { email, organisation, password });
  if (isNew) log.info({ email }, "first administrator created");
}

/** Takes no new connection, and lets those that carry a request finish it. */
async function closed(server: Server): Promise<void> {
  server.close();
  server.closeIdleConnections();
  await once(server, "close");
}
