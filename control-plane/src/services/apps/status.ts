import { type ReasonName, reason, reasons } from "@skypanel/crds/reasons.ts";
import { fromRfc3339, type Millis, toRfc3339 } from "@skypanel/crds/time.ts";
import type { z } from "zod";
import type { appStatus } from "../../contract/apps/apps.ts";
import type { clusterPhases } from "../../contract/fleet/clusters.ts";
import type { Observed } from "./observed.ts";

export type AppStatus = z.infer<typeof appStatus>;

/** What an app's status is computed from. `heardAt` is the cluster's last sign of life: reports carry changes only. */
export interface Facts {
  observed: Observed | undefined;
  observedRevision: string | null;
  cluster: (typeof clusterPhases)[number];
  heardAt: Millis | undefined;
  createdAt: Millis;
  now: Millis;
}

/** The status of an app, with its age: never "Live" without saying since when it was not heard of (G-F1, G-F2). */
export function statusOf(facts: Facts): AppStatus {
  const { observed, cluster, heardAt, now } = facts;
  const seen = {
    since: null,
    observedAt: heardAt === undefined || !observed ? null : toRfc3339(heardAt),
    ageSeconds: heardAt === undefined || !observed ? null : Math.max(0, Math.floor((now - heardAt) / 1_000)),
    observedRevision: facts.observedRevision,
    url: observed?.url ?? null,
    processes: observed?.processes ?? [],
  };
  if (cluster !== "Online" && cluster !== "Silent") return { ...seen, ...unknown(facts), stale: true };
  const stale = cluster === "Silent";
  if (!observed) return { ...seen, ...pending(facts.createdAt), stale };
  return { ...seen, phase: observed.phase, lastPhase: null, ...why(observed), stale };
}

function unknown({ observed, heardAt, createdAt }: Facts) {
  const { name, cause, remedy } = reason("ClusterSilent", { time: toRfc3339(heardAt ?? createdAt) });
  const since = heardAt === undefined ? null : toRfc3339(heardAt);
  return { phase: "Unknown", lastPhase: observed?.phase ?? "Pending", reason: name, cause, remedy, since } as const;
}

function pending(createdAt: Millis) {
  const { name, cause, remedy } = reason("Queued", { time: toRfc3339(createdAt) });
  return { phase: "Pending", lastPhase: null, reason: name, cause, remedy, since: toRfc3339(createdAt) } as const;
}

/** Reason, cause and remedy of the condition that says most: what stands still, else whether it serves. */
function why({ conditions }: Observed): Pick<AppStatus, "reason" | "cause" | "remedy" | "since"> {
  const stalled = conditions.find(({ type, status }) => type === "Stalled" && status === "True");
  const condition = stalled ?? conditions.find(({ type }) => type === "Ready");
  if (!condition) return { reason: null, cause: null, remedy: null, since: null };
  const remedy: string = isReason(condition.reason) ? reasons[condition.reason].remedy : "";
  // A condition's message is its cause and its remedy, one after the other.
  const cause =
    remedy !== "" && condition.message.endsWith(remedy)
      ? condition.message.slice(0, -remedy.length)
      : condition.message;
  return {
    reason: condition.reason,
    cause: cause.trim(),
    remedy: remedy || null,
    since: instant(condition.lastTransitionTime),
  };
}

function isReason(name: string): name is ReasonName {
  return Object.hasOwn(reasons, name);
}

/** `text` if it is an instant, as the contract writes one; a worker may have sent anything. */
export function instant(text: string | null | undefined): string | null {
  const at = fromRfc3339(text ?? "");
  return at === undefined ? null : toRfc3339(at);
}
