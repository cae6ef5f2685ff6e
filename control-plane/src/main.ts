import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { limits } from "@skypanel/crds/limits.ts";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { ConfigInvalid } from "@skypanel/runtime/env.ts";
import { createLog, type Log } from "@skypanel/runtime/log.ts";
import { createMetrics } from "@skypanel/runtime/metrics.ts";
import { startProbes } from "@skypanel/runtime/probes.ts";
import { gracefulStop, stopOnSignals } from "@skypanel/runtime/stop.ts";
import { createApp } from "./app.ts";
import { type Config, readConfig } from "./config.ts";
import { migrateTo, openDatabase } from "./database.ts";
import { isAnswering, measurePool } from "./db/pool.ts";
import { panelPages } from "./http/pages.ts";
import { readTokenRing, readWrappingKey } from "./keys.ts";
import { createPasswords } from "./services/identity/passwords.ts";
import { createFirstAdministrator } from "./services/identity/users.ts";

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
  const pages = config.webDir === undefined ? undefined : await panelPages(config.webDir);
  const checkReplies = process.env.NODE_ENV !== "production";
  const app = createApp({
    config,
    pool,
    tokenRing,
    wrappingKey,
    passwords,
    registry,
    clock,
    log,
    checkReplies,
    ...(pages && { pages }),
  });

  const probes = await startProbes({
    port: config.operationsPort,
    host: config.host,
    alive: () => [],
    ready: async () => ((await isAnswering(pool)) ? [] : ["the database does not answer"]),
    metrics: registry,
  });
  stop.add("probes", probes.close);

  const server = createServer(
    {
      maxHeaderSize: limits.api.headerBytes,
      requestTimeout: limits.api.requestMillis,
      headersTimeout: limits.api.headersMillis,
    },
    app,
  );
  stop.add("server", () => closed(server));
  server.listen(config.port, config.host);
  await once(server, "listening");
  log.info({ url: config.publicUrl, port: config.port, operationsPort: probes.port }, "control plane started");
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
