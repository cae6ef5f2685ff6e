import type { Transaction } from "../../db/tenant.ts";
import { Conflict, NotFound } from "../../errors.ts";
import { type AppRow, lockApp } from "../../repositories/apps/apps.ts";
import { type ShownRow, shownApp } from "../../repositories/apps/shown.ts";
import { variablesOf } from "../../repositories/apps/variables.ts";
import { type AppView, appView } from "./view.ts";

/** The organisation whose apps are asked for. */
export interface Org {
  id: string;
  slug: string;
}

/** The app to be changed, locked. Throws NotFound, or Conflict ManagedWithKubectl for one that is an engineer's. */
export async function lockedApp(tx: Transaction, name: string): Promise<AppRow> {
  const app = await lockApp(tx, name);
  if (app) return app;
  throw (await shownApp(tx, name)) ? managedWithKubectl(name) : new NotFound();
}

/** An app as it is shown. Throws NotFound. */
export async function findShown(tx: Transaction, name: string): Promise<ShownRow> {
  const row = await shownApp(tx, name);
  if (!row) throw new NotFound();
  return row;
}

/** The view of an app, for the answer of whatever changed it. Throws NotFound. */
export async function viewOf(tx: Transaction, name: string): Promise<AppView> {
  const row = await findShown(tx, name);
  const variables = row.id === null ? [] : await variablesOf(tx, row.id);
  return appView(
    row,
    variables.map(({ key }) => key),
  );
}

/** What is told to who would change here what an engineer manages. */
export function managedWithKubectl(name: string): Conflict {
  return new Conflict({
    reason: "ManagedWithKubectl",
    detail: `${name} was applied with kubectl: the panel only shows it.`,
    remedy: "Change it where it is managed, or delete it there and create it here.",
  });
}
