import type { Change, EventType } from "../../contract/events.ts";
import { notify } from "../../db/notify.ts";
import type { Pool } from "../../db/pool.ts";
import { type Transaction, withTransaction } from "../../db/tenant.ts";
import { appendEvent, deleteOldEvents } from "../../repositories/activity/events.ts";

export interface PublishedEvent {
  topic: `org:${string}` | "fleet";
  type: EventType;
  data: Change;
}

/**
 * Appends an event to the browsers' stream and wakes every replica when the transaction commits. Publish last: from here
 * on other publishers wait, so that ids become visible in their order and a reader that saw 7 will never miss 6.
 */
export async function publish(tx: Transaction, event: PublishedEvent): Promise<void> {
  const id = await appendEvent(tx, event);
  await notify(tx, "events", id);
}

const keptSeconds = 600;

/** Forgets events that no stream may resume from any more: they are older than ten minutes. */
export async function forgetOldEvents(pool: Pool): Promise<void> {
  await withTransaction(pool, (tx) => deleteOldEvents(tx, keptSeconds));
}
