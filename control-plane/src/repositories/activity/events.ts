import type { Transaction } from "../../db/tenant.ts";

// An arbitrary number of our own: advisory locks share one space per database.
const publishing = 7_215_001;

/** Appends an event and returns its id; holds other appenders back until the transaction ends. */
export async function appendEvent(
  tx: Transaction,
  event: { topic: string; type: string; data: object },
): Promise<string> {
  await tx.run("select pg_advisory_xact_lock($1)", [publishing]);
  const row = await tx.row<{ id: string }>(
    "insert into events (topic, type, data) values ($1, $2, $3) returning id::text",
    [event.topic, event.type, JSON.stringify(event.data)],
  );
  if (!row) throw new Error("insert returned no row");
  return row.id;
}

/** Removes events older than `seconds`. */
export function deleteOldEvents(tx: Transaction, seconds: number): Promise<number> {
  return tx.run("delete from events where at <= skypanel_now() - $1::int * interval '1 second'", [seconds]);
}
