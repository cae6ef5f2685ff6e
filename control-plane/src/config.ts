import { isIP } from "node:net";
import { limits } from "@skypanel/crds/limits.ts";
import { ConfigInvalid, readEnv } from "@skypanel/runtime/env.ts";
import { logLevels } from "@skypanel/runtime/log.ts";
import { z } from "zod";
import { email, name } from "./contract/fields.ts";

const integer = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);
const port = (fallback: number) => integer(fallback, 0, 65_535);
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// URL" });
// An origin is compared with what browsers send: scheme, host and port, no path.
const origin = z
  .url({ protocol: /^https?$/, error: "must be an http(s) URL", abort: true })
  .refine((url) => new URL(url).href === `${new URL(url).origin}/`, "must have no path, query or user")
  .transform((url) => new URL(url).origin);
const path = z.string().min(1).max(4_096);

const variables = z.object({
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_MIGRATION_URL: postgresUrl.optional(),
  SKYPANEL_DATA_DIR: path.optional(),
  SKYPANEL_TOKEN_KEY_FILE: path.optional(),
  SKYPANEL_WRAPPING_KEY_FILE: path.optional(),
  SKYPANEL_PUBLIC_URL: origin.default("http://localhost:8080"),
  SKYPANEL_AGENT_URL: origin.optional(),
  SKYPANEL_HOST: z.string().max(253).default("127.0.0.1"),
  SKYPANEL_PORT: port(8080),
  SKYPANEL_OPERATIONS_PORT: port(9090),
  SKYPANEL_TRUST_PROXY: integer(0, 0, 10),
  SKYPANEL_POOL_SIZE: integer(20, 2, 200),
  SKYPANEL_LOG_LEVEL: z.enum(logLevels).default("info"),
  SKYPANEL_ADMIN_EMAIL: email.optional(),
  SKYPANEL_ADMIN_PASSWORD_FILE: path.optional(),
  SKYPANEL_ADMIN_ORGANISATION: name.default("acme"),
  SKYPANEL_WEB_DIR: path.optional(),
  SKYPANEL_OPERATOR_CHART: z.string().min(1).max(500).default("./helm/skypanel-operator"),
  SKYPANEL_RATE_ANONYMOUS: integer(60, 1, 1_000_000),
  SKYPANEL_RATE_USER: integer(600, 1, 1_000_000),
  SKYPANEL_RATE_PLATFORM: integer(1_200, 1, 1_000_000),
  SKYPANEL_RATE_SIGN_IN: integer(10, 1, 1_000_000),
});

export type Config = ReturnType<typeof readConfig>;

/** The server's settings. Throws ConfigInvalid with every problem in one line; there is no default for a secret. */
export function readConfig(source: Record<string, string | undefined>) {
  const env = readEnv(variables, source);
  const folder = env.SKYPANEL_DATA_DIR;
  return {
    database: databaseOf(env.DATABASE_URL, env.DATABASE_MIGRATION_URL, folder),
    poolSize: env.SKYPANEL_POOL_SIZE,
    dataDir: folder,
    tokenKeyFile: keyFile("SKYPANEL_TOKEN_KEY_FILE", env.SKYPANEL_TOKEN_KEY_FILE, folder, "token.key"),
    wrappingKeyFile: keyFile("SKYPANEL_WRAPPING_KEY_FILE", env.SKYPANEL_WRAPPING_KEY_FILE, folder, "wrapping.key"),
    publicUrl: env.SKYPANEL_PUBLIC_URL,
    agentUrl: env.SKYPANEL_AGENT_URL ?? env.SKYPANEL_PUBLIC_URL,
    secureCookies: needsSecureCookies(env.SKYPANEL_PUBLIC_URL),
    host: env.SKYPANEL_HOST,
    port: env.SKYPANEL_PORT,
    operationsPort: env.SKYPANEL_OPERATIONS_PORT,
    trustedProxies: env.SKYPANEL_TRUST_PROXY,
    logLevel: env.SKYPANEL_LOG_LEVEL,
    administrator: administratorOf(env),
    webDir: env.SKYPANEL_WEB_DIR,
    operatorChart: env.SKYPANEL_OPERATOR_CHART,
    rates: {
      anonymous: env.SKYPANEL_RATE_ANONYMOUS,
      user: env.SKYPANEL_RATE_USER,
      platform: env.SKYPANEL_RATE_PLATFORM,
      signIn: env.SKYPANEL_RATE_SIGN_IN,
    },
    stopMillis: limits.stop.controlPlaneMillis,
  };
}

type DatabaseConfig = { k: "given"; url: string; migrationUrl: string | undefined } | { k: "embedded"; folder: string };

function databaseOf(
  url: string | undefined,
  migrationUrl: string | undefined,
  folder: string | undefined,
): DatabaseConfig {
  if (url !== undefined) return { k: "given", url, migrationUrl };
  if (migrationUrl !== undefined) throw invalid("DATABASE_URL: is missing beside DATABASE_MIGRATION_URL");
  if (folder === undefined) throw invalid("DATABASE_URL: set it, or SKYPANEL_DATA_DIR for an embedded Postgres");
  return { k: "embedded", folder };
}

/** A key that is made when absent may only be made where data lives. */
interface KeyFile {
  variable: string;
  path: string;
  mayBeMade: boolean;
}

function keyFile(variable: string, given: string | undefined, folder: string | undefined, file: string): KeyFile {
  const found = given ?? (folder && `${folder}/${file}`);
  if (found === undefined) throw invalid(`${variable}: is missing; set it, or SKYPANEL_DATA_DIR`);
  return { variable, path: found, mayBeMade: folder !== undefined };
}

interface AdministratorVariables {
  SKYPANEL_ADMIN_EMAIL?: string | undefined;
  SKYPANEL_ADMIN_PASSWORD_FILE?: string | undefined;
  SKYPANEL_ADMIN_ORGANISATION: string;
}

function administratorOf(env: AdministratorVariables) {
  const { SKYPANEL_ADMIN_EMAIL: address, SKYPANEL_ADMIN_PASSWORD_FILE: passwordFile } = env;
  if (address === undefined && passwordFile === undefined) return undefined;
  if (address === undefined) throw invalid("SKYPANEL_ADMIN_EMAIL: is missing beside SKYPANEL_ADMIN_PASSWORD_FILE");
  if (passwordFile === undefined) throw invalid("SKYPANEL_ADMIN_PASSWORD_FILE: is missing beside SKYPANEL_ADMIN_EMAIL");
  return { email: address, passwordFile, organisation: env.SKYPANEL_ADMIN_ORGANISATION };
}

// Browsers take Secure cookies over http from nobody; only on one's own machine may http be used at all.
function needsSecureCookies(publicUrl: string): boolean {
  const { protocol, hostname } = new URL(publicUrl);
  if (protocol === "https:") return true;
  if (isLoopback(hostname)) return false;
  throw invalid("SKYPANEL_PUBLIC_URL: must be https, except on localhost");
}

function isLoopback(hostname: string): boolean {
  if (hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]") return true;
  return isIP(hostname) === 4 && hostname.startsWith("127.");
}

function invalid(problem: string): ConfigInvalid {
  return new ConfigInvalid(`configuration is invalid: ${problem}`);
}
