import { randomBytes } from "node:crypto";
import type { z } from "zod";
import type { appEndpoints } from "../../contract/apps/apps.ts";
import { type Transaction, withTenant } from "../../db/tenant.ts";
import { revisionAt, staleRevision } from "../../desired/journal.ts";
import { variablesPath } from "../../desired/render.ts";
import { Invalid } from "../../errors.ts";
import { type AppRow, updateApp } from "../../repositories/apps/apps.ts";
import type { By } from "../activity/activity.ts";
import type { Keep } from "../identity/answers.ts";
import { changedFields, resized } from "./changes.ts";
import { commit } from "./commit.ts";
import type { AppDeps } from "./create.ts";
import { appFile } from "./files.ts";
import { lockedApp, type Org, viewOf } from "./find.ts";
import type { AppView } from "./view.ts";

type AppPatch = z.output<(typeof appEndpoints)["PATCH /orgs/{org}/apps/{app}"]["body"]>;
type Scale = z.output<(typeof appEndpoints)["PUT /orgs/{org}/apps/{app}/scale"]["body"]>;

/** Who changes which app. `expected` is the revision they saw; undefined for a verb, which stands on whatever there is. */
export interface Target {
  org: Org;
  name: string;
  by: By;
  expected: string | undefined;
  keep?: Keep;
}

/** Changes title, image or processes. Throws NotFound, Invalid, Conflict StaleRevision or ManagedWithKubectl. */
export function patchApp(deps: AppDeps, target: Target, patch: AppPatch): Promise<AppView> {
  return change(deps, target, { action: "app.changed", message: "change" }, (app) => ({
    ...app,
    title: patch.title ?? app.title,
    image: patch.image?.reference ?? app.image,
    processes: patch.processes ?? app.processes,
  }));
}

/** Sets the instances of processes; throws as `patchApp` does, and Invalid for a process it does not have. */
export function scaleApp(deps: AppDeps, target: Target, { processes }: Scale): Promise<AppView> {
  return change(deps, target, { action: "app.scaled", message: "scale" }, (app) => {
    const scaled = resized(app.processes, processes);
    if (scaled.k === "unknown") throw unknownProcess(scaled.name, scaled.index);
    return { ...app, processes: scaled.processes };
  });
}

/** Starts a stopped app at its old size. Throws NotFound, or Conflict ManagedWithKubectl. */
export function startApp(deps: AppDeps, target: Target): Promise<AppView> {
  return change(deps, target, { action: "app.started", message: "start" }, (app) => ({ ...app, state: "Running" }));
}

/** Stops an app; its size, variables and host stay. Throws NotFound, or Conflict ManagedWithKubectl. */
export function stopApp(deps: AppDeps, target: Target): Promise<AppView> {
  return change(deps, target, { action: "app.stopped", message: "stop" }, (app) => ({ ...app, state: "Stopped" }));
}

/** Asks for a rolling restart of the same release: a new opaque id. Throws NotFound, or Conflict ManagedWithKubectl. */
export function restartApp(deps: AppDeps, target: Target): Promise<AppView> {
  const restartRequest = randomBytes(9).toString("base64url");
  return change(deps, target, { action: "app.restarted", message: "restart" }, (app) => ({ ...app, restartRequest }));
}

interface Deed {
  action: string;
  message: string;
}

function change(deps: AppDeps, target: Target, deed: Deed, edit: (app: AppRow) => AppRow): Promise<AppView> {
  const { org, name } = target;
  return withTenant(deps.pool, { orgId: org.id }, async (tx) => {
    const app = await lockedApp(tx, name);
    refuseStale(app, target.expected);
    await store(tx, target, deed, app, edit(app));
    const reply = await viewOf(tx, name);
    await target.keep?.(tx, { reply, revision: reply.revision });
    return reply;
  });
}

/** Throws Conflict StaleRevision unless the editor saw what the app is now. */
export function refuseStale(app: AppRow, expected: string | undefined): void {
  if (expected !== undefined && expected !== app.revision) throw staleRevision(app.revision);
}

async function store(tx: Transaction, target: Target, deed: Deed, before: AppRow, edited: AppRow): Promise<void> {
  const { org, by, name } = target;
  const variables = await revisionAt(tx, before.clusterId, variablesPath(org.slug, name));
  const { path, content, revision } = appFile(org.slug, edited, variables);
  // The same bytes: there is nothing to do, and nothing was done.
  if (revision === before.revision) return;
  const after = { ...edited, revision };
  await updateApp(tx, after, by.id);
  const changes = [{ path, content, expected: before.revision }];
  const message = `apps: ${deed.message} ${name}`;
  await commit(tx, {
    org,
    by,
    app: after,
    action: deed.action,
    message,
    changes,
    revision,
    ...changedFields(before, after),
  });
}

function unknownProcess(name: string, index: number): Invalid {
  return new Invalid({
    reason: "Invalid",
    detail: `The app has no process ${name}.`,
    remedy: "Name one of its processes.",
    errors: [{ pointer: `/processes/${index}/name`, reason: "NotFound", message: "is no process of the app" }],
  });
}
