import type { Millis } from "@skypanel/runtime/clock.ts";
import { Pool } from "undici";
import type { Access } from "./kubeconfig.ts";
import type { KubeMetrics } from "./metrics.ts";

/** One pool for requests, one for answers without end, which may never hold a request back. */
export interface Pools {
  readonly requests: Pool;
  readonly streams: Pool;
}

const connectMs: Millis = 5_000;
const idleMs: Millis = 60_000;

interface PoolOptions {
  readonly pool: "requests" | "lease";
  readonly connections: number;
  readonly metrics: KubeMetrics;
}

/** Pools to the server of `access`; nothing connects yet. The only place that knows the HTTP client. */
export function poolsFor(access: Access, options: PoolOptions): Pools {
  const open = (name: string, connections: number | null) => {
    const pool = new Pool(access.server, {
      connections,
      pipelining: 1,
      allowH2: false, // one stream per connection: a slow watch must not hold back a write
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
      connect: {
        timeout: connectMs,
        rejectUnauthorized: !access.insecure,
        ...(access.ca === undefined ? {} : { ca: access.ca }),
        ...(access.certificate === undefined ? {} : { cert: access.certificate }),
        ...(access.key === undefined ? {} : { key: access.key }),
        ...(access.serverName === undefined ? {} : { servername: access.serverName }),
      },
    });
    pool.on("connect", () => options.metrics.connections.inc({ pool: name }));
    return pool;
  };
  return { requests: open(options.pool, options.connections), streams: open("watches", null) };
}
