import type { Transaction } from "../../db/tenant.ts";

/** An event as it is kept for ten minutes. `id` stays text: it is only handed to browsers and back. */
export interface EventRow {
  id: string;
  topic: string;
  type: string;
  data: object;
}

/** The oldest and newest kept event; both null when there is none. */
export function eventRange(tx: Transaction): Promise<{ oldest: string | null; newest: string | null } | undefined> {
  return tx.row("select min(id)::text as oldest, max(id)::text as newest from events");
}

// Ordered by the column: a bare `id` would name the text that is selected, and "10" sorts before "9".
/** Events after `id` in their order, of all topics or of `topics`. */
export function eventsAfter(
  tx: Transaction,
  id: string,
  topics: readonly string[] | null,
  limit: number,
): Promise<EventRow[]> {
  return tx.rows(
    `select id::text, topic, type, data from events
     where id > $1 and ($2::text[] is null or topic = any($2)) order by events.id limit $3`,
    [id, topics, limit],
  );
}
