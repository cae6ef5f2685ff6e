import { randomUUID } from "node:crypto";
import { parse as parseQuery } from "node:querystring";
import { limits } from "@skypanel/crds/limits.ts";
import type { Clock } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import express, { type Express, Router } from "express";
import type { Registry } from "prom-client";
import { agentRouter } from "./agent/routes.ts";
import type { ClusterServices } from "./agent/services.ts";
import type { Config } from "./config.ts";
import { type Api, apiPrefix, endpoints } from "./contract/api.ts";
import type { Pool } from "./db/pool.ts";
import type { StateServer } from "./desired/serve.ts";
import { NotFound } from "./errors.ts";
import { boundUrl, notFound } from "./http/bounds.ts";
import type { Handlers } from "./http/handlers.ts";
import { observed } from "./http/observed.ts";
import { openApi } from "./http/openapi.ts";
import { lastResort } from "./http/problems.ts";
import { createRates, type Rates } from "./http/rates.ts";
import { securityHeaders } from "./http/security.ts";
import { type ServeDeps, serve } from "./http/serve.ts";
import { signAccess, type TokenKey, verifyAccess } from "./http/tokens.ts";
import type { Live } from "./live/live.ts";
import { activityHandlers } from "./routes/activity/activity.ts";
import { appRoutes } from "./routes/apps/apps.ts";
import { variableRoutes } from "./routes/apps/variables.ts";
import { clusterRoutes } from "./routes/fleet/clusters.ts";
import { organisationHandlers } from "./routes/identity/organisations.ts";
import { sessionHandlers } from "./routes/identity/session.ts";
import { createAnswers } from "./services/identity/answers.ts";
import { findCaller } from "./services/identity/callers.ts";
import type { Passwords } from "./services/identity/passwords.ts";

/** All the application touches; composed in main.ts, and by tests. */
export interface AppDeps {
  config: Pick<Config, "publicUrl" | "agentUrl" | "secureCookies" | "trustedProxies" | "rates" | "operatorChart">;
  pool: Pool;
  /** Where requests are counted. */
  counters: Pool;
  tokenRing: readonly [TokenKey, ...TokenKey[]];
  wrappingKey: Buffer;
  passwords: Passwords;
  registry: Registry;
  clock: Clock;
  log: Log;
  /** What clusters may do, and the repositories they fetch. */
  services: ClusterServices;
  state: StateServer;
  /** Event and log streams. */
  live: Pick<Live, "events" | "logs">;
  /** The panel, if it is built. */
  pages?: Router;
  /** Parses every reply by its schema: on in tests and development. */
  checkReplies: boolean;
}

/** The whole control plane as an Express application that does not listen. */
export function createApp(deps: AppDeps): Express {
  const { config, registry, clock, log, services, state, pages } = deps;
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("trust proxy", config.trustedProxies);
  app.set("query parser", (text: string) => parseQuery(text, "&", "=", { maxKeys: limits.api.queryParameters }));
  const onBug = (error: unknown, requestId: string) => log.error({ err: error, requestId }, "request failed");
  app.use(observed({ registry, clock, log, newId: randomUUID }));
  app.use(securityHeaders(config.secureCookies));
  app.use(boundUrl);
  const rates = createRates(deps.counters, config.rates);
  app.use(apiPrefix, api(deps, rates, onBug));
  app.use(agentRouter({ services, state, rates, now: clock.now, monotonic: clock.monotonic, onBug }));
  app.use("/agent", notFound);
  if (pages) app.use(pages);
  app.use(notFound);
  app.use(lastResort(onBug, () => new NotFound()));
  return app;
}

function api(deps: AppDeps, rates: Rates, onBug: ServeDeps["onBug"]): Router {
  const { pool, config, clock, tokenRing, wrappingKey } = deps;
  const router = Router({ caseSensitive: true, strict: true });
  const description = openApi(endpoints);
  router.use((_request, response, next) => {
    response.setHeader("cache-control", "no-store");
    next();
  });
  router.get("/openapi.json", (_request, response) => void response.json(description));
  serve(router, endpoints, handlersOf(deps, rates), {
    readAccess: (token) => verifyAccess(tokenRing, token, clock.now()),
    findCaller: (claims, slug) => findCaller(pool, claims, slug),
    rates,
    answers: createAnswers(pool, wrappingKey),
    origin: config.publicUrl,
    checkReplies: deps.checkReplies,
    onBug,
  });
  router.use(notFound);
  return router;
}

/** One handler for each endpoint of the contract: an endpoint without one does not compile. */
function handlersOf(
  { pool, config, clock, tokenRing, wrappingKey, passwords, live }: AppDeps,
  rates: Rates,
): Handlers<Api> {
  const session = sessionHandlers({
    pool,
    passwords,
    rates,
    signAccess: (claims) => signAccess(tokenRing[0], claims, randomUUID(), clock.now()),
    accessSeconds: limits.session.accessMillis / 1000,
    secureCookies: config.secureCookies,
    now: clock.now,
  });
  return {
    ...session,
    ...organisationHandlers({ pool }),
    ...clusterRoutes({ pool, publicUrl: config.agentUrl, operatorChart: config.operatorChart }),
    ...appRoutes({ pool, wrappingKey }),
    ...variableRoutes({ pool, wrappingKey }),
    ...live.logs,
    ...live.events,
    ...activityHandlers({ pool }),
  };
}
