import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { Registry } from "prom-client";
import { expect, vi } from "vitest";
import { type Answer, aServer } from "./a-server.ts";
import { silent } from "./a-world.ts";
import type { Live } from "./kube.ts";
import { kubeMetrics } from "./metrics.ts";
import { startReflector } from "./reflector.ts";
import { type ChildKind, configMaps, namespaces } from "./resources.ts";
import { shapeOf } from "./shape.ts";
import { table } from "./table.ts";

/** One line of a watch, as a server writes it. */
export const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;

/** An object of the watched collection. */
export const thing = (name: string, version: number, uid = name): Live => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "n", uid, resourceVersion: String(version) },
});
export const bookmark = (version: number): string =>
  line("BOOKMARK", { metadata: { resourceVersion: String(version) } });

/** The end of the initial state. */
export function whole(version: number): string {
  const annotations = { "k8s.io/initial-events-end": "true" };
  return line("BOOKMARK", { metadata: { resourceVersion: String(version), annotations } });
}

/** Answers with these lines and says nothing more. */
export const says =
  (...lines: string[]): Answer =>
  (_, response) =>
    void response.write(lines.join("") || "\n");

/** Answers with these lines, and that is all. */
export const ends =
  (...lines: string[]): Answer =>
  (_, response) =>
    void response.end(lines.join(""));

/** A reflector at work on a server that gives these answers in turn, the last one for ever. */
export async function aReflection(answers: readonly Answer[], resource: ChildKind = configMaps) {
  const clock = manualClock();
  const { kube, seen } = await aServer(answers, { clock });
  const registry = new Registry();
  const cache = table(resource);
  const stop = new AbortController();
  const reflector = startReflector({
    ...{ kube, clock, random: () => 0.5, log: silent, metrics: kubeMetrics(registry), table: cache },
    ...{ shape: shapeOf(namespaces), signal: stop.signal },
  });
  const names = () => [...cache.all()].map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`).sort();
  const count = async (metric: string) => {
    const values = (await registry.getSingleMetric(metric)?.get())?.values ?? [];
    return Object.fromEntries(values.map(({ labels, value }) => [String(labels.cause ?? "all"), value]));
  };
  return {
    ...{ clock, cache, reflector, stop, seen, names },
    relists: () => count("skypanel_reflector_relists_total"),
    restarts: () => count("skypanel_reflector_restarts_total"),
    parseErrors: () => count("skypanel_reflector_parse_errors_total"),
    /** Waits until the cache holds just these, without moving the clock. */
    holds: (...expected: string[]) => vi.waitFor(() => expect(names()).toEqual(expected)),
    asked: (times: number) => vi.waitFor(() => expect(seen).toHaveLength(times)),
    queries: () => seen.map(({ url }) => Object.fromEntries(new URL(url ?? "", "http://x").searchParams)),
  };
}
