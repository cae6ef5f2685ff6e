import type { Pool } from "../db/pool.ts";

/** Where services keep things; routes hand it on and cannot look inside. */
export interface Store {
  pool: Pool;
}
