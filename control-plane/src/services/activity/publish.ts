import type { Change, EventType } from "../../contract/events.ts";
import { notify } from "../../db/notify.ts";
import type { Transaction } from "../../db/tenant.ts";
import { appendEvent } from "../../repositories/activity/events.ts";

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
