import { collectDefaultMetrics, Registry } from "prom-client";

/** A registry of its own with the process's defaults: memory, descriptors, event-loop delay. Nothing is global. */
export function createMetrics(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}
