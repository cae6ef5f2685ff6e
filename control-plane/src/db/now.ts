import type { Transaction } from "./tenant.ts";

/** SQL's one clock, as RFC 3339. */
export async function databaseTime(tx: Transaction): Promise<string> {
  const row = await tx.row<{ now: Date }>("select skypanel_now() as now");
  if (!row) throw new Error("select returned no row");
  return row.now.toISOString();
}
