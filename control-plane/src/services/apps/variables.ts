import type { z } from "zod";
import type { variableEndpoints, variables } from "../../contract/apps/variables.ts";
import { type Transaction, withTenant } from "../../db/tenant.ts";
import { type AppRow, updateApp } from "../../repositories/apps/apps.ts";
import { deleteVariables, upsertVariables, type VariableRow, variablesOf } from "../../repositories/apps/variables.ts";
import { recipientOf } from "../fleet/recipient.ts";
import { refuseStale, type Target } from "./change.ts";
import { commit } from "./commit.ts";
import type { AppDeps } from "./create.ts";
import { appFile, variablesChange, variablesFile } from "./files.ts";
import { findShown, lockedApp, type Org } from "./find.ts";
import { close, type Owner, open } from "./secrets.ts";
import { checkSettings, checkTotal, type Setting } from "./variable-rules.ts";

export type VariablesView = z.infer<typeof variables>;
type VariablesPatch = z.output<(typeof variableEndpoints)["PATCH /orgs/{org}/apps/{app}/variables"]["body"]>;

/** The names of an app's variables, who set them and when; never a value. Throws NotFound. */
export function readVariables({ pool }: AppDeps, org: Org, name: string): Promise<VariablesView> {
  return withTenant(pool, { orgId: org.id }, async (tx) => {
    const { id, revision, generation } = await findShown(tx, name);
    return viewOf(revision ?? String(generation ?? 0), id === null ? [] : await variablesOf(tx, id));
  });
}

/**
 * Sets and removes variables in one change, never in part. Throws NotFound, Invalid ReservedKey or TooLarge, Conflict
 * StaleRevision or ManagedWithKubectl.
 */
export async function patchVariables(deps: AppDeps, target: Target, patch: VariablesPatch): Promise<VariablesView> {
  checkSettings(patch.set, "/set");
  return withTenant(deps.pool, { orgId: target.org.id }, async (tx) => {
    const app = await lockedApp(tx, target.name);
    refuseStale(app, target.expected);
    const before = await variablesOf(tx, app.id);
    const set = patch.set.filter(({ key }) => !patch.remove.includes(key));
    const removed = before.filter(({ key }) => patch.remove.includes(key)).map(({ key }) => key);
    if (set.length === 0 && removed.length === 0) return viewOf(app.revision, before);
    await store(tx, deps, { target, app, before, set, removed });
    const revision = await commitVariables(tx, target, app, { set: set.map(({ key }) => key), removed });
    return viewOf(revision, await variablesOf(tx, app.id));
  });
}

interface Edit {
  target: Target;
  app: AppRow;
  before: VariableRow[];
  set: Setting[];
  removed: string[];
}

async function store(tx: Transaction, { wrappingKey }: AppDeps, edit: Edit): Promise<void> {
  const { target, app, before, set, removed } = edit;
  const { org, by } = target;
  const owner: Owner = { org, app, cluster: { id: app.clusterId, recipient: await recipientOf(tx, app.clusterId) } };
  const gone = new Set([...removed, ...set.map(({ key }) => key)]);
  const kept = await open(
    tx,
    wrappingKey,
    owner,
    before.filter(({ key }) => !gone.has(key)),
  );
  checkTotal([...kept, ...set].map(({ value }) => value));
  const versions = new Map(before.map(({ key, version }) => [key, version]));
  const closing = set.map(({ key, value }) => ({ key, value, version: (versions.get(key) ?? 0) + 1 }));
  await upsertVariables(
    tx,
    { orgId: org.id, appId: app.id, userId: by.id },
    await close(tx, wrappingKey, owner, closing),
  );
  await deleteVariables(tx, app.id, removed);
}

async function commitVariables(
  tx: Transaction,
  { org, by }: Target,
  app: AppRow,
  keys: { set: string[]; removed: string[] },
): Promise<string> {
  const sealed = variablesFile(org.slug, app.name, await variablesOf(tx, app.id));
  const file = appFile(org.slug, app, sealed?.revision);
  const { revision } = file;
  await updateApp(tx, { ...app, revision }, by.id);
  const changes = [
    variablesChange(org.slug, app.name, sealed),
    { path: file.path, content: file.content, expected: app.revision },
  ];
  const message = `apps: set variables of ${app.name}`;
  await commit(tx, { org, by, app, action: "app.variables-changed", message, changes, after: keys, revision });
  return revision;
}

function viewOf(revision: string, rows: readonly VariableRow[]): VariablesView {
  const items = rows.map(({ key, version, setBy, setAt }) => ({
    key,
    version,
    setBy: setBy ?? "",
    setAt: setAt.toISOString(),
  }));
  return { revision, items };
}
