import type { Happening } from "./events.ts";
import type { Outcome } from "./outcome.ts";
import type { Observed } from "./status.ts";

/** What a person would ask about: Ready has changed, or there is another reason for not being done. Pure. */
export function happenings(before: Observed | undefined, after: Observed, outcome: Outcome): readonly Happening[] {
  const type = outcome.k === "done" ? "Ready" : "Reconciling";
  const [old, now] = [before, after].map((status) => status?.conditions?.find((condition) => condition.type === type));
  const isOld = old?.status === now?.status && old?.reason === now?.reason;
  if (now === undefined || (isOld && outcome.k !== "retry")) return []; // each failure counts in the event's series
  const isBad = outcome.k === "stop" || outcome.k === "retry" || (outcome.k === "done" && now.status === "False");
  return [{ type: isBad ? "Warning" : "Normal", reason: now.reason, message: now.message }];
}
