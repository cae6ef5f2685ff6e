import type { Transaction } from "../../db/tenant.ts";
import { type AppRow, lockAppsOn, updateApp } from "../../repositories/apps/apps.ts";
import { updateSeals, variablesOf } from "../../repositories/apps/variables.ts";
import { system } from "../activity/author.ts";
import { commit } from "./commit.ts";
import { appFile, variablesChange, variablesFile } from "./files.ts";
import { open, sealFor } from "./secrets.ts";

/**
 * Seals the variables of every app on a cluster to the key it joins with: what was sealed to its old one, nobody can open
 * there any more. Runs in the registration's transaction, before it holds the cluster.
 */
export function resealer(wrappingKey: Buffer) {
  return async (tx: Transaction, cluster: { id: string }, recipient: string): Promise<void> => {
    for (const app of await lockAppsOn(tx, cluster.id)) await reseal(tx, wrappingKey, app, recipient);
  };
}

async function reseal(
  tx: Transaction,
  wrappingKey: Buffer,
  app: AppRow & { orgId: string; orgSlug: string },
  recipient: string,
): Promise<void> {
  const org = { id: app.orgId, slug: app.orgSlug };
  const owner = { org, app, cluster: { id: app.clusterId, recipient } };
  const values = await open(tx, wrappingKey, owner, await variablesOf(tx, app.id));
  if (values.length === 0) return;
  const seals = await Promise.all(
    values.map(async (value) => ({ key: value.key, recipient, sealed: await sealFor(owner, value) })),
  );
  await updateSeals(tx, app.id, seals);
  const sealed = variablesFile(org.slug, app.name, seals);
  const { path, content, revision } = appFile(org.slug, app, sealed?.revision);
  await updateApp(tx, { ...app, revision }, null);
  const changes = [variablesChange(org.slug, app.name, sealed), { path, content }];
  const message = `apps: seal variables of ${app.name} to a new key`;
  await commit(tx, { org, by: system, app, action: "app.resealed", message, changes, revision });
}
