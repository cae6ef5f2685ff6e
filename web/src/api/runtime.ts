import { QueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { type Bus, createBus } from "./bus.ts";
import { applyEvents } from "./cache.ts";
import type { Connection } from "./connection.ts";
import { gate } from "./gate.ts";
import { createHeard } from "./heard.ts";
import { Problem } from "./problem.ts";

// Events keep data fresh; this is the safety net of the rule that nothing older than 90 s is shown as current.
const safetyMillis = 75_000;

/** Reads that failed for good (4xx) are not tried again; a control plane that is away is, twice. */
function shouldRetry(failures: number, error: Error): boolean {
  if (error instanceof Problem && error.problem.status < 500) return false;
  return failures < 2;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      gcTime: 5 * 60_000,
      refetchInterval: safetyMillis,
      refetchOnWindowFocus: false,
      retry: shouldRetry,
      networkMode: "always",
    },
    // Nothing is queued in secret: a mutation is sent now or fails now.
    mutations: { networkMode: "always", retry: false },
  },
});

const heard = createHeard(() => Date.now());

let opened: Bus | undefined;

/** The page's one bus, opened at its first use: the sign-in page needs none. */
function bus(): Bus {
  opened ??= createBus({
    onEvents(events) {
      heard.note(events);
      // Refetches report their own failures to the regions that show them.
      void applyEvents(queryClient, events);
    },
    onGap: () => void queryClient.invalidateQueries(),
  });
  return opened;
}

/** Keeps a topic of the event stream open while the component is shown. */
export function useTopic(topic: string | undefined): void {
  useEffect(() => (topic ? bus().want(topic) : undefined), [topic]);
}

/** How the page stands to the event stream. */
export function useConnection(): Connection {
  return useSyncExternalStore(bus().subscribe, bus().connection);
}

/** When this page last learnt of a heartbeat of the cluster, by its own clock; 0 if it did not yet. */
export function useSeenAt(cluster: string): number {
  return useSyncExternalStore(heard.subscribe, () => heard.seen(cluster));
}

/** The time of the cluster's last heartbeat: as it was read, or what was heard since. */
export function useLastHeartbeat(cluster: string, read: string | null): string | null {
  return useSyncExternalStore(heard.subscribe, () => heard.latest(cluster, read));
}

/** Whether the session ended while the page was at work. */
export function useSignedOut(): boolean {
  return useSyncExternalStore(gate.subscribe, gate.isShut);
}

/** Lets waiting calls and the event stream go on after someone signed in over the page. */
export function resumeSession(): void {
  gate.open();
  bus().retry();
}
