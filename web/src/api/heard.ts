import type { Change } from "@skypanel/control-plane/contract/events.ts";
import type { BusEvent } from "./bus.ts";

/** A heartbeat: the server's time of it, and when this page learnt of it. */
interface Heard {
  readonly at: string;
  readonly seen: number;
}

/** When clusters were last heard of, kept beside the cache: it changes each ten seconds, and nothing else with it. */
export function createHeard(now: () => number) {
  const clusters = new Map<string, Heard>();
  const listeners = new Set<() => void>();
  return {
    /** Notes the heartbeats among `events`. */
    note(events: readonly BusEvent[]): void {
      const beats = events.filter(({ type }) => type === "cluster.heard");
      for (const { data } of beats) {
        const { name, at } = JSON.parse(data) as Change; // the contract's, written by our own server
        clusters.set(name, { at, seen: now() });
      }
      if (beats.length > 0) for (const listener of listeners) listener();
    },
    /** When this page last learnt of a heartbeat of the cluster `slug`; 0 before the first. */
    seen: (slug: string): number => clusters.get(slug)?.seen ?? 0,
    /** The later of what was read and what was heard since: both are the server's time, as RFC 3339 in UTC. */
    latest(slug: string, read: string | null): string | null {
      const at = clusters.get(slug)?.at;
      return at !== undefined && (read === null || at > read) ? at : read;
    },
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
