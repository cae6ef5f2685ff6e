import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limits } from "@skypanel/crds/limits.ts";
import { type Clock, systemClock } from "@skypanel/runtime/clock.ts";
import { ConfigInvalid } from "@skypanel/runtime/env.ts";
import { createLog, type Log } from "@skypanel/runtime/log.ts";
import { createMetrics } from "@skypanel/runtime/metrics.ts";
import { startProbes } from "@skypanel/runtime/probes.ts";
import { gracefulStop, stopOnSignals } from "@skypanel/runtime/stop.ts";
import { createLinks, type Links } from "./agent/links.ts";
import { pokes } from "./agent/poke.ts";
import { clusterServices } from "./agent/services.ts";
import { tunnelUpgrade } from "./agent/tunnel.ts";
import { createApp } from "./app.ts";
import { type Config, readConfig } from "./config.ts";
import { migrateTo, openDatabase } from "./database.ts";
import { listen } from "./db/notify.ts";
import { isAnswering, measurePool } from "./db/pool.ts";
import { materialiser } from "./desired/materialise.ts";
import { stateServer } from "./desired/serve.ts";
import { panelPages } from "./http/pages.ts";
import { readTokenRing, readWrappingKey } from "./keys.ts";
import { resealer } from "./services/apps/reseal.ts";
import { watchSilence } from "./services/fleet/silence.ts";
import { createPasswords } from "./services/identity/passwords.ts";
import { createFirstAdministrator } from "./services/identity/users.ts";

const serverLimits = {
  maxHeaderSize: limits.api.headerBytes,
  requestTimeout: limits.api.requestMillis,
  headersTimeout: limits.api.headersMillis,
};
const [command] = process.argv.slice(2);

async function start(config: Config, log: Log): Promise<void> {
  const clock = systemClock;
  const stop = gracefulStop({ clock, log, deadlineMs: config.stopMillis, exit: process.exit });
  stopOnSignals(stop, log, process);

  const tokenRing = await readTokenRing(config.tokenKeyFile);
  const wrappingKey = await readWrappingKey(config.wrappingKeyFile);
  const onLost = () => void stop.stop("the embedded Postgres ended", 1);
  const database = await openDatabase({ ...config, log, onLost });
  stop.add("database", database.close);
  const { pool } = database;

  const passwords = createPasswords();
  if (config.administrator) {
    const { email, organisation, passwordFile } = config.administrator;
    const password = (await readFile(passwordFile, "utf8")).trim();
    const isNew = await createFirstAdministrator({ pool, passwords }, { email, organisation, password });
    if (isNew) log.info({ email }, "first administrator created");
  }

  const registry = createMetrics("control-plane");
  measurePool(pool, registry);
  const links = createLinks();
  const scratch = await mkdtemp(join(tmpdir(), "skypanel-repositories-"));
  stop.add("repositories", () => rm(scratch, { recursive: true, force: true }));
  const services = clusterServices({ pool, reseal: resealer(wrappingKey) });
  const state = stateServer(materialiser({ pool, scratch }));
  const pages = config.webDir === undefined ? undefined : await panelPages(config.webDir);
  const checkReplies = process.env.NODE_ENV !== "production";
  const shared = { config, pool, passwords, registry, clock, log, services, state, checkReplies };
  const app = createApp({ ...shared, tokenRing, wrappingKey, ...(pages && { pages }) });
  const listening = listenForChanges({ url: database.url, links, clock, log, signal: stop.signal });
  stop.add("notifications", () => listening);
  const onError = (err: unknown) => log.warn({ err }, "clusters were not looked after");
  const watching = watchSilence({ pool, sleep: clock.sleep, signal: stop.signal, onError });
  stop.add("silence", () => watching);

  const probes = await startProbes({
    port: config.operationsPort,
    host: config.host,
    alive: () => [],
    ready: async () => ((await isAnswering(pool)) ? [] : ["the database does not answer"]),
    metrics: registry,
  });
  stop.add("probes", probes.close);

  const server = createServer(serverLimits, app);
  server.on("upgrade", tunnelUpgrade({ findKey: services.findKey, now: clock.now, links, clock, log }));
  stop.add("server", () => closed(server));
  stop.add("tunnels", links.closeAll);
  server.listen(config.port, config.host);
  await once(server, "listening");
  log.info({ url: config.publicUrl, port: config.port, operationsPort: probes.port }, "control plane started");
}

interface Listening {
  url: string;
  links: Links;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/** Pokes operators when a journal grows, whichever replica wrote it; ends with `signal`. */
function listenForChanges({ url, links, clock, log, signal }: Listening): Promise<void> {
  const poke = pokes(links, (err, clusterId) => log.debug({ err, clusterId }, "a poke was lost"));
  return listen({
    url,
    channels: ["desired"],
    onMessage: (_channel, clusterId) => poke.moved(clusterId),
    onConnected: poke.missed,
    onError: (err) => log.warn({ err }, "the listening connection ended"),
    sleep: clock.sleep,
    signal,
  });
}

/** Takes no new connection, and lets those that carry a request finish it. */
async function closed(server: Server): Promise<void> {
  server.close();
  server.closeIdleConnections();
  await once(server, "close");
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog({ name: "control-plane", level: config.logLevel });
  if (command !== "migrate") return start(config, log);
  const { database } = config;
  const owner = database.k === "given" ? database.migrationUrl : undefined;
  if (owner === undefined) throw new ConfigInvalid("configuration is invalid: DATABASE_MIGRATION_URL: is missing");
  return migrateTo(owner, log);
}

await main().catch((error: unknown) => {
  // The end of the road: whatever could not start says why, once, and nothing half-started stays.
  const isConfig = error instanceof ConfigInvalid;
  process.stderr.write(`${isConfig ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(isConfig ? error.exitCode : 1);
});
