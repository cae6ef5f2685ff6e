import { systemClock } from "@skypanel/runtime/clock.ts";
import { ConfigInvalid } from "@skypanel/runtime/env.ts";
import { createLog, type Log } from "@skypanel/runtime/log.ts";
import { gracefulStop, stopOnSignals } from "@skypanel/runtime/stop.ts";
import { type Config, readConfig } from "./config.ts";
import { migrateTo } from "./database.ts";
import { start } from "./start.ts";

const [command = "serve"] = process.argv.slice(2);

async function migrateOnly({ database }: Config, log: Log): Promise<void> {
  const owner = database.k === "given" ? database.migrationUrl : undefined;
  if (owner === undefined) throw new ConfigInvalid("configuration is invalid: DATABASE_MIGRATION_URL: is missing");
  await migrateTo(owner, log);
}

async function serve(config: Config, log: Log): Promise<void> {
  const clock = systemClock;
  const stop = gracefulStop({ clock, log, deadlineMs: config.stopMillis, exit: process.exit });
  stopOnSignals(stop, log, process);
  // Caught to release what was half-started, such as a Postgres of our own.
  await start({ config, clock, log, stop }).catch((error: unknown) => stop.stop(said(error), codeOf(error)));
}

/** Says in one line what the person who starts us must change, or all there is to know about a bug. */
function said(error: unknown): string {
  const text = error instanceof ConfigInvalid || !(error instanceof Error) ? String(error) : String(error.stack);
  process.stderr.write(`${text.replace(/^ConfigInvalid: /, "")}\n`);
  return "could not start";
}

const codeOf = (error: unknown) => (error instanceof ConfigInvalid ? error.exitCode : 1);

try {
  const config = readConfig(process.env);
  const log = createLog({ name: "control-plane", level: config.logLevel });
  await (command === "migrate" ? migrateOnly(config, log) : serve(config, log));
} catch (error) {
  said(error);
  process.exit(codeOf(error));
}
