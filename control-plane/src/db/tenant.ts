import type { PoolClient } from "pg";
import { isRetried, translated } from "./failures.ts";
import type { Pool } from "./pool.ts";

/** In whose name a transaction runs; row-level security sees nothing else. At least one is set. */
export interface Who {
  userId?: string;
  orgId?: string;
  clusterId?: string;
  /** A platform role, or the control plane's own work; never derived from a request's body. */
  platform?: boolean;
}

/** A transaction lent to a callback: it ends with it, and must not be kept. */
export interface Transaction {
  /** All rows; `T` is what the statement names. */
  rows<T>(text: string, values?: readonly unknown[]): Promise<T[]>;
  /** The first row, if any. */
  row<T>(text: string, values?: readonly unknown[]): Promise<T | undefined>;
  /** The number of rows changed. */
  run(text: string, values?: readonly unknown[]): Promise<number>;
}

type Work<T> = (tx: Transaction) => Promise<T>;

const attempts = 5;

function lend(client: PoolClient): Transaction {
  return {
    rows: async (text, values = []) => (await client.query(text, [...values])).rows,
    row: async (text, values = []) => (await client.query(text, [...values])).rows[0],
    run: async (text, values = []) => (await client.query(text, [...values])).rowCount ?? 0,
  };
}

async function once<T>(pool: Pool, begin: Work<unknown>, work: Work<T>): Promise<T> {
  const client = await pool.connect();
  const tx = lend(client);
  let broken: Error | undefined;
  // A connection that ends between two statements is reported here, and again by the next statement.
  const note = (error: Error) => {
    broken = error;
  };
  client.on("error", note);
  try {
    await client.query("begin");
    await begin(tx);
    const result = await work(tx);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch(note);
    throw error;
  } finally {
    client.off("error", note);
    client.release(broken);
  }
}

async function transaction<T>(pool: Pool, begin: Work<unknown>, work: Work<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(pool, begin, work);
    } catch (error) {
      // Caught to retry what Postgres asks to be retried, and to say "away" in our own words.
      if (!isRetried(error) || attempt === attempts) throw translated(error);
    }
  }
}

/** Runs `work` in one transaction without a tenant: every tenant table is empty to it. It may run again after a deadlock. */
export function withTransaction<T>(pool: Pool, work: Work<T>): Promise<T> {
  return transaction(pool, async () => {}, work);
}

/**
 * Runs `work` in one transaction in the name of `who`: rows of others are not there. Nothing durable may happen in `work`
 * but through `tx`, because it runs again after a deadlock. Throws Unavailable when Postgres is away.
 */
export function withTenant<T>(pool: Pool, who: Who, work: Work<T>): Promise<T> {
  if (!who.userId && !who.orgId && !who.clusterId && !who.platform)
    throw new TypeError("a transaction in nobody's name");
  const context = [who.userId ?? "", who.orgId ?? "", who.clusterId ?? "", who.platform ? "on" : ""];
  return transaction(pool, (tx) => tx.run(setContext, context), work);
}

const setContext = `select set_config('app.user_id', $1, true), set_config('app.org_id', $2, true),
  set_config('app.cluster_id', $3, true), set_config('app.platform', $4, true)`;
