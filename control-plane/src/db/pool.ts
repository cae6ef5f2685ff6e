import pg from "pg";
import { Gauge, type Registry } from "prom-client";

export type Pool = pg.Pool;

// Counts fit a double and are read as numbers; identifiers wider than that are cast to text in SQL.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError("a bigint column left the safe integers");
  return value;
});

export interface PoolOptions {
  url: string;
  /** Connections at most. */
  size: number;
  /** Deadlines, of guarantees.md §4. */
  limits: { statementMillis: number; lockMillis: number; idleInTransactionMillis: number };
  /** Commits return before they are on disk: for counters, which may lose their last half second with the machine. */
  relaxed?: boolean;
  /** A connection that broke while nobody used it; the next query opens another. */
  onIdleError(error: Error): void;
}

/** A pool of connections with the deadlines of guarantees.md §4; a server that is away is noticed within 2 s (G-V2). */
export function openPool({ url, size, limits, relaxed, onIdleError }: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: limits.lockMillis,
    idleTimeoutMillis: limits.idleInTransactionMillis,
    statement_timeout: limits.statementMillis,
    lock_timeout: limits.lockMillis,
    idle_in_transaction_session_timeout: limits.idleInTransactionMillis,
    // A dead peer answers nothing: the client's own deadline lies a little after the server's.
    query_timeout: limits.statementMillis + 1_000,
    application_name: "skypanel-control-plane",
    ...(relaxed && { options: "-c synchronous_commit=off" }),
  });
  pool.on("error", onIdleError);
  return pool;
}

/** Does the database answer within the pool's deadlines? */
export async function isAnswering(pool: Pool): Promise<boolean> {
  return pool.query("select 1").then(
    () => true,
    () => false,
  );
}

/** Puts the pool's connections, and who waits for one, on `registry`. */
export function measurePool(pool: Pool, registry: Registry): void {
  const help = "Database connections: open, idle, and requests that wait for one";
  const gauge = new Gauge({
    name: "database_pool",
    help,
    labelNames: ["state"],
    registers: [registry],
    collect() {
      gauge.set({ state: "open" }, pool.totalCount);
      gauge.set({ state: "idle" }, pool.idleCount);
      gauge.set({ state: "waiting" }, pool.waitingCount);
    },
  });
}
