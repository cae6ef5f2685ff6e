import type { Transaction } from "../../db/tenant.ts";
import { appendActivity } from "../../repositories/activity/activity.ts";
import { publish } from "./publish.ts";

/** Who acted and by which request; every changing service is handed one. `email` is the author's in the journal. */
export interface By {
  kind: "user" | "cluster" | "system";
  id: string | null;
  name: string;
  email: string | null;
  address: string | null;
  requestId: string | null;
}

/** What was done: `before` and `after` hold only the fields that changed, and never a secret. */
export interface Entry {
  by: By;
  /** Null for what belongs to the platform. */
  org: { id: string; slug: string } | null;
  /** Past tense, by noun: `app.created`, `member.removed`. */
  action: string;
  object: { kind: string; id: string | null; name: string };
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
  revision?: string;
}

/** Writes down what was done, in the transaction that does it: neither is ever there without the other. */
export async function record(tx: Transaction, entry: Entry): Promise<void> {
  const { id, at } = await appendActivity(tx, {
    orgId: entry.org?.id ?? null,
    by: entry.by,
    action: entry.action,
    object: entry.object,
    before: entry.before ?? null,
    after: entry.after ?? null,
    revision: entry.revision ?? null,
  });
  const org = entry.org?.slug ?? null;
  const data = { id, name: entry.object.name, org, revision: entry.revision ?? null, at };
  await publish(tx, { topic: org === null ? "fleet" : `org:${org}`, type: "activity.created", data });
}
