import type { Clock } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import type { RequestHandler, Response } from "express";
import { Counter, Histogram, type Registry } from "prom-client";

interface Observing {
  registry: Registry;
  clock: Pick<Clock, "monotonic">;
  log: Log;
  newId(): string;
}

// A label's values must be few and ours: the endpoint's name, never the path that was asked for.
function routeOf(response: Response, path: string): string {
  const { endpoint } = response.locals;
  if (typeof endpoint === "string") return endpoint;
  return path.startsWith("/agent/") ? "agent" : "other";
}

/** Gives each request an id, and counts, times and logs it when it has been answered. */
export function observed({ registry, clock, log, newId }: Observing): RequestHandler {
  const labelNames = ["route", "status"] as const;
  const registers = [registry];
  const count = new Counter({ name: "http_requests_total", help: "Requests answered", labelNames, registers });
  const buckets = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
  const help = "Seconds until a request was answered";
  const time = new Histogram({ name: "http_request_duration_seconds", help, labelNames, buckets, registers });
  return (request, response, next) => {
    const started = clock.monotonic();
    const requestId = newId();
    const { path } = request;
    response.locals.requestId = requestId;
    response.setHeader("x-request-id", requestId);
    response.on("close", () => {
      const labels = { route: routeOf(response, path), status: String(response.statusCode) };
      const millis = clock.monotonic() - started;
      count.inc(labels);
      time.observe(labels, millis / 1000);
      const fields = { requestId, method: request.method, ...labels, millis: Math.round(millis) };
      log[labels.route === "other" ? "debug" : "info"](fields, "request answered");
    });
    next();
  };
}
