import type { Change } from "../../contract/events.ts";
import type { Pool } from "../../db/pool.ts";
import { withTransaction } from "../../db/tenant.ts";
import { type EventRow, eventRange, eventsAfter } from "../../repositories/live/events.ts";

/** One kept event. */
export type KeptEvent = EventRow;

/** An event that is not kept, and so has no id: it is true for the moment only. */
export interface PassingEvent {
  id?: undefined;
  topic: string;
  type: "cluster.heard";
  data: Change;
}

/** The kept events: where they begin and end, and what came after an id. */
export interface EventLog {
  /** The newest id; "0" before the first event. */
  newest(): Promise<string>;
  /** True if every event after `id` is still kept. */
  isKept(id: string): Promise<boolean>;
  after(id: string, topics: readonly string[] | null): Promise<KeptEvent[]>;
}

const pageSize = 500;

/** Reads the table that `publish` fills. Callers have checked who may see a topic. */
export function eventLog(pool: Pool): EventLog {
  const range = async () => (await withTransaction(pool, eventRange)) ?? { oldest: null, newest: null };
  return {
    newest: async () => (await range()).newest ?? "0",
    isKept: async (id) => {
      const { oldest, newest } = await range();
      if (oldest === null || newest === null) return false; // all forgotten, or another database: nobody can tell
      return BigInt(id) >= BigInt(oldest) - 1n && BigInt(id) <= BigInt(newest);
    },
    after: (id, topics) => withTransaction(pool, (tx) => eventsAfter(tx, id, topics, pageSize)),
  };
}
