import type { Call } from "../../e2e/fault-proxy/call.ts";

const apart = new Set(["leases", "events", "/readyz"]);

/**
 * True if a call counts as the contract counts: reads and writes of objects. Watches, the lease and the probe come by the
 * clock and not by the work; events are news for people, sent at a rate of their own, and only one of the programs has them.
 */
export function isWork({ verb, resource }: Pick<Call, "verb" | "resource">): boolean {
  return verb !== "watch" && !apart.has(resource);
}
