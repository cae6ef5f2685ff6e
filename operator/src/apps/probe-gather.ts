import type { Millis } from "@skypanel/crds/time.ts";
import type { Kube, Live, Resource } from "../kube/kube.ts";
import type { AppWorld } from "./gather.ts";
import { isSilent } from "./pod-health.ts";

interface LiveEvent extends Live {
  readonly reason?: string;
  readonly note?: string;
  readonly regarding?: { readonly uid?: string };
}

const events: Resource = {
  group: "events.k8s.io",
  version: "v1",
  kind: "Event",
  plural: "events",
  namespaced: true,
};
const againMs: Millis = 60_000;
const eventsRead = 500;
const appsRemembered = 1_000;

export interface ProbeWords {
  /** What the last failed probe of each failing pod of `world` said, by pod uid. */
  of(world: Omit<AppWorld, "probes">, signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
}

/**
 * Asks what probes say, which only events tell: one list of the namespace's events while a pod fails for 30 s, at
 * most once a minute for each app; in between, the last answer.
 */
export function probeWords(kube: Pick<Kube, "list">, now: () => Millis): ProbeWords {
  const asked = new Map<string, { at: Millis; words: ReadonlyMap<string, string> }>();
  return {
    async of({ app, namespace, processes }, signal) {
      const uid = app.metadata.uid ?? "";
      if (!processes.some(({ pods }) => pods.some((pod) => isSilent(pod, now())))) {
        asked.delete(uid);
        return new Map();
      }
      const before = asked.get(uid);
      if (before !== undefined && now() - before.at < againMs) return before.words;
      const words = await read(kube, namespace, signal);
      asked.set(uid, { at: now(), words });
      const [oldest] = asked.keys();
      if (asked.size > appsRemembered && oldest !== undefined) asked.delete(oldest);
      return words;
    },
  };
}

async function read(kube: Pick<Kube, "list">, namespace: string, signal: AbortSignal): Promise<Map<string, string>> {
  const words = new Map<string, string>();
  for await (const { items } of kube.list<LiveEvent>(events, { namespace, limit: eventsRead, signal })) {
    for (const { reason, note, regarding } of items) {
      if (reason === "Unhealthy" && note !== undefined && regarding?.uid !== undefined) words.set(regarding.uid, note);
    }
  }
  return words;
}
