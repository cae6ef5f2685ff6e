import { databaseTime } from "../../db/now.ts";
import type { Transaction } from "../../db/tenant.ts";
import { append, type Change } from "../../desired/journal.ts";
import { type By, record } from "../activity/activity.ts";
import { authorOf } from "../activity/author.ts";
import { publish } from "../activity/publish.ts";
import type { Org } from "./find.ts";

/** A change of an app, once its rows are written: what to commit, and what to say of it. */
export interface Commit {
  org: Org;
  by: By;
  app: { id: string; name: string; clusterId: string };
  /** What was done, past tense for the activity; `message` is the journal's. */
  action: string;
  message: string;
  changes: Change[];
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
  revision: string | null;
}

/** Commits a change to the journal, writes down who did it, and tells the pages; in that order, for `publish` comes last. */
export async function commit(tx: Transaction, change: Commit): Promise<void> {
  const { org, by, app, action, revision } = change;
  const author = authorOf(by);
  await append(tx, { clusterId: app.clusterId, orgId: org.id, author, message: change.message }, change.changes);
  await record(tx, {
    by,
    org,
    action,
    object: { kind: "app", id: app.id, name: app.name },
    ...(change.before ? { before: change.before } : {}),
    ...(change.after ? { after: change.after } : {}),
    ...(revision ? { revision } : {}),
  });
  await publish(tx, {
    topic: `org:${org.slug}`,
    type: revision === null ? "app.deleted" : "app.changed",
    data: { id: app.id, name: app.name, org: org.slug, revision, at: await databaseTime(tx) },
  });
}
