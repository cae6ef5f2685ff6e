import type { appEndpoints } from "../../contract/apps/apps.ts";
import { byOf, type OrgCaller } from "../../http/caller.ts";
import type { Handlers } from "../../http/handlers.ts";
import { patchApp, restartApp, scaleApp, startApp, stopApp, type Target } from "../../services/apps/change.ts";
import { type AppDeps, createApp } from "../../services/apps/create.ts";
import { readApp, readApps, readManifest } from "../../services/apps/read.ts";
import { removeApp } from "../../services/apps/remove.ts";
import type { Keep } from "../../services/identity/answers.ts";

interface AppRequest {
  caller: OrgCaller;
  params: { app: string };
  revision: string | undefined;
  address: string;
  requestId: string;
  keep: Keep;
}

/** Whose app a request names, who asks, and which revision they saw. */
export function targetOf(request: AppRequest): Target {
  const { caller, params, revision, keep } = request;
  return { org: caller.org, name: params.app, by: byOf(request), expected: revision, keep };
}

const withRevision = <T extends { revision: string }>(reply: T) => ({ reply, revision: reply.revision });

/** Apps: a line for each endpoint. */
export function appRoutes(deps: AppDeps): Handlers<typeof appEndpoints> {
  const { pool } = deps;
  return {
    "GET /orgs/{org}/apps": async ({ caller, query }) => ({ reply: await readApps(pool, caller.org, query) }),
    "POST /orgs/{org}/apps": async (request) =>
      withRevision(await createApp(deps, request.caller.org, byOf(request), request.body, request.keep)),
    "GET /orgs/{org}/apps/{app}": async ({ caller, params }) =>
      withRevision(await readApp(pool, caller.org, params.app)),
    "PATCH /orgs/{org}/apps/{app}": async (request) =>
      withRevision(await patchApp(deps, targetOf(request), request.body)),
    "DELETE /orgs/{org}/apps/{app}": async (request) => {
      await removeApp(deps, targetOf(request), request.query.confirm);
      return { reply: undefined };
    },
    "PUT /orgs/{org}/apps/{app}/scale": async (request) =>
      withRevision(await scaleApp(deps, targetOf(request), request.body)),
    "POST /orgs/{org}/apps/{app}/start": async (request) => withRevision(await startApp(deps, targetOf(request))),
    "POST /orgs/{org}/apps/{app}/stop": async (request) => withRevision(await stopApp(deps, targetOf(request))),
    "POST /orgs/{org}/apps/{app}/restart": async (request) => withRevision(await restartApp(deps, targetOf(request))),
    "GET /orgs/{org}/apps/{app}/manifest": async ({ caller, params }) =>
      withRevision(await readManifest(pool, caller.org, params.app)),
  };
}
