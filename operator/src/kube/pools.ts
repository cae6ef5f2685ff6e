import type { Millis } from "@skypanel/runtime/clock.ts";
import { type Dispatcher, Pool } from "undici";
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
      headersTimeout: 0, // deadlines are ours, on the injected clock
      bodyTimeout: 0,
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

/**
 * `pool`, calling `onWrite` in the very turn in which a request goes out on its connection, which may be seconds after
 * it was asked for. If that throws, nothing is written and the request fails with what was thrown.
 */
export function announced(pool: Pool, onWrite: () => void): Dispatcher {
  return pool.compose(
    (dispatch) => (options, handler) =>
      dispatch(options, {
        onRequestStart: (controller, context) => {
          onWrite();
          handler.onRequestStart?.(controller, context);
        },
        onResponseStart: (...args) => handler.onResponseStart?.(...args),
        onResponseData: (...args) => handler.onResponseData?.(...args),
        onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
        onResponseError: (...args) => handler.onResponseError?.(...args),
      }),
  );
}
